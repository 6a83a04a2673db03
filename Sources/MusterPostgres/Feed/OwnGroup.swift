import FoundationEssentials
import MusterCore

/// A group of changes of this node, with all rows that it has touched: the node's own copy goes on by it without asking for them.
struct OwnGroup: Sendable {
    /// Which group of the directory's it is.
    let position: Int64
    /// What tells it from another one at the same position.
    let mark: UUID
    /// What tells the group before it from another one there, in a history that a failover has dropped.
    let markBefore: UUID
    /// The users that it has added.
    let users: [[StoredValue]]
    /// The directory's own row, as it has left that.
    let directory: [[StoredValue]]

    /// Where a copy stands that goes on by it; nil for one that lacks more, or has other changes than those it was made after.
    func place(after place: FeedPlace) -> FeedPlace? {
        guard place.position == position - 1, place.mark == markBefore else { return nil }
        return FeedPlace(directory: place.directory, position: position, mark: mark)
    }
}

extension ReplicatedTable {
    /// The users.
    static let users = ReplicatedTable.all.first { $0.feedName == "user" }
    /// The one row of the directory itself.
    static let directory = ReplicatedTable.all.first { $0.feedName == "directory" }
}
