import MusterCore

/// What the changes of one group add to counts that stand in one row each, so that they are written once for all of them; and what
/// they know together.
final class GroupTally {
    /// Whether the group is taken back as a whole or not at all, so that its changes may leave things to each other.
    let isTogether: Bool
    /// How many changes have changed users: by so much the revision grows.
    private(set) var growth: Int64 = 0
    /// By how many the users have become more; negative where they have become fewer.
    private(set) var users = 0
    /// The revision before the group, which is written down again at its end; nil until a change has asked.
    var revision: Int64?
    /// Records of the log that are not written yet.
    private(set) var events: [AuditEvent] = []
    /// Whose keys they are that were looked up, and how many rows the connection had changed then.
    private var keys = Keys()

    private struct Keys {
        var owners: [String: (owner: User, key: StoredAPIKey)] = [:]
        var changes: Int64 = 0
    }

    /// Nothing is counted yet.
    ///
    /// - Parameter isTogether: Whether the group is taken back as a whole or not at all.
    init(isTogether: Bool = false) {
        self.isTogether = isTogether
    }

    /// Counts a change of users that went well.
    func count(users difference: Int) {
        growth += 1
        users += difference
    }

    /// Keeps a record until others have come.
    func keep(_ event: AuditEvent) { events.append(event) }

    /// The records that are not written yet, which are the caller's from here on.
    func takeEvents() -> [AuditEvent] {
        defer { events = [] }
        return events
    }

    /// Whose key it is, as found before.
    ///
    /// - Parameters:
    ///   - accessKey: The key's name.
    ///   - changes: How many rows the connection has changed.
    /// - Returns: Who was found; nil unless nothing but additions was written since.
    func owner(of accessKey: String, at changes: Int64) -> (owner: User, key: StoredAPIKey)? {
        keys.changes == changes ? keys.owners[accessKey] : nil
    }

    /// Keeps whose key it is for as long as nothing but additions is written.
    func keep(_ found: (owner: User, key: StoredAPIKey), at changes: Int64) {
        guard isTogether else { return }
        if keys.changes != changes { keys = Keys(changes: changes) }
        keys.owners[found.key.accessKey] = found
    }

    /// Notes that rows were added and none was touched that was there, which changes nobody's key.
    func noteAddition(from before: Int64, to after: Int64) {
        if keys.changes == before { keys.changes = after }
    }
}
