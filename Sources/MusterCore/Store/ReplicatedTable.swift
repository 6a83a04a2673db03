/// A table that replicas have, and by what its rows are named in the feed of changes.
///
/// Not among them is what only changes are decided on, which read the database itself: counters of failures, codes under
/// way, former passwords. Nor is the log. Of passwords a replica has no hash: a login is written down, so that the database
/// is there whenever one can succeed, and what no node needs none should hold.
public struct ReplicatedTable: Sendable {
    /// The table with its columns.
    public let table: StoredTable
    /// The name, as the feed has it.
    public let feedName: String
    /// The columns that name rows in the feed.
    public let key: [StaticString]
    /// A column of texts that replicas have empty.
    public let blank: StaticString?

    private init?(_ feedName: String, _ key: StaticString..., blank: StaticString? = nil) {
        guard let table = StoredTable.all.first(where: { "\($0.name)" == "\"\(feedName)\"" })
        else { return nil }
        self.table = table
        self.feedName = feedName
        self.key = key
        self.blank = blank
    }

    /// Where the blank column is among all.
    public var blankPlace: Int? {
        blank.flatMap { blank in table.columns.firstIndex { $0.name.isSame(as: blank) } }
    }

    /// All of them.
    public static let all: [ReplicatedTable] = [
        ReplicatedTable("user", "id"),
        ReplicatedTable("person", "user_id"),
        ReplicatedTable("person_address", "user_id"),
        ReplicatedTable("password", "user_id", blank: "hash"),
        ReplicatedTable("api_key", "user_id"),
        ReplicatedTable("ssh_key", "user_id"),
        ReplicatedTable("session", "token_digest"),
        ReplicatedTable("ended_session", "token_digest"),
        ReplicatedTable("factor", "user_id"),
        ReplicatedTable("passkey_owner", "user_id"),
        ReplicatedTable("recovery_code", "user_id"),
        ReplicatedTable("user_group", "id"),
        ReplicatedTable("group_member", "group_id", "user_id"),
        ReplicatedTable("directory", "id"),
    ].compactMap(\.self)
}
