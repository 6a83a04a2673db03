import MusterCore
import MusterSQL

/// What the changes of one group know together.
///
/// A group is one transaction under a lock that all nodes share: what one of its changes has read is so for the next one, too,
/// until one of them writes something else. So callers who create users one after the other with the same key are looked up
/// once, and what only counts is written once.
final class GroupMemory {
    /// Whose key it is, by access key.
    private var keyOwners: [String: (owner: User, key: StoredAPIKey)] = [:]
    /// Which group of the directory's it will be, once the engine has said so: it has given the lock then.
    private(set) var position: Int64?
    /// The directory's revision when the group began, once it is known.
    private var revisionBefore: Int64?
    /// How many changes of the group have changed users.
    private(set) var growth: Int64 = 0
    /// How many numbers of users are asked for at once; 0 where each user waits for its own.
    let taking: Int
    /// Numbers that were taken for the group and that no user has yet, the last one first.
    private var ids: [Int64] = []
    /// Whether numbers were asked for that are not there yet.
    private(set) var isAsking = false
    /// Whether users were made under such numbers.
    private(set) var makesUsers = false
    /// Whether a change may go well by itself that has failed: its user's name is another's, or numbers are not to be had.
    var isWorthAnother: Bool { makesUsers || isAsking }
    /// Whether the node's copy is handed the rows of users that are made under such numbers.
    let isHanded: Bool
    /// These rows, as the engine has written them.
    private(set) var users: [[StoredValue]] = []

    /// Nothing is known yet.
    ///
    /// - Parameters:
    ///   - taking: How many numbers of users are asked for at once; 0 where each user waits for its own.
    ///   - isHanded: Whether the node's copy is handed the rows of users that are made under such numbers.
    init(taking: Int, isHanded: Bool = false) {
        self.taking = taking
        self.isHanded = isHanded
    }

    /// Takes what the engine has said behind the lock.
    ///
    /// - Parameters:
    ///   - position: Which group of the directory's it will be.
    ///   - revision: The directory's revision.
    func begin(at position: Int64, revision: Int64) {
        self.position = position
        revisionBefore = revision
    }

    /// Keeps rows of new users for the node's copy.
    func keep(_ rows: [[StoredValue]]) { users += rows }

    /// Whose key it is; asked of the engine where no change of the group has before.
    func keyOwner(
        _ accessKey: String,
        _ ask: () throws(MusterError) -> (owner: User, key: StoredAPIKey)?
    ) throws(MusterError) -> (owner: User, key: StoredAPIKey)? {
        if let known = keyOwners[accessKey] { return known }
        let found = try ask()
        // That there is none is not kept: so there is no more to keep than there are keys.
        keyOwners[accessKey] = found
        return found
    }

    /// Lets go of what was read, since something is written that it may speak of.
    func forgetReads() {
        if !keyOwners.isEmpty { keyOwners = [:] }
    }

    /// The directory's revision, with what the group adds to it.
    func revision(_ ask: () throws(MusterError) -> Int64) throws(MusterError) -> Int64 {
        if let revisionBefore { return revisionBefore + growth }
        let before = try ask()
        revisionBefore = before
        return before + growth
    }

    /// Counts a change that has changed users, and went well.
    func grow() {
        growth += 1
    }

    /// Notes that numbers were asked for.
    func noteAsking() { isAsking = true }

    /// Takes the numbers that were asked for, in their order.
    func take(_ numbers: [Int64]) {
        ids = numbers.reversed()
        isAsking = false
    }

    /// The number of a new user, of those that were taken for the whole group at once; nil if none is left.
    ///
    /// They ascend in the order in which the users are made, and none is ever given twice; what is left over at the end is
    /// nobody's.
    func nextID() -> Int64? {
        makesUsers = makesUsers || !ids.isEmpty
        return ids.popLast()
    }
}

extension PostgresConnection {
    /// The sequence is looked for once on a connection: the engine takes as long for that as for ten numbers.
    private static let numbers: StatementText = """
        SELECT nextval(s.sequence), s.sequence::oid::bigint
        FROM (
            SELECT coalesce(?2::bigint::oid::regclass, pg_get_serial_sequence('"user"', 'id')::regclass) AS sequence
            OFFSET 0
        ) AS s
        CROSS JOIN generate_series(1, ?1::bigint)
        """

    /// Asks for numbers of new users, as many as the group takes at once; they come with the next answers that are waited for.
    ///
    /// - Throws: ``PostgresError``.
    func askForNumbers() throws(PostgresError) {
        guard let memory, memory.taking > 0 else { return }
        try send(PostgresConnection.numbers, [memory.taking, sequence]) { [self] result in
            let found = try PostgresConnection.values(in: result) { row in
                (number: row[0] as Int64, sequence: row[1] as Int64)
            }
            memory.take(found.map(\.number))
            sequence = found.first?.sequence
        }
        memory.noteAsking()
    }

    /// The number of a new user of the present group.
    ///
    /// - Returns: The number; nil if each user waits for its own.
    /// - Throws: ``PostgresError``.
    func nextNumber() throws(PostgresError) -> Int64? {
        guard let memory, memory.taking > 0 else { return nil }
        if let id = memory.nextID() { return id }
        if !memory.isAsking { try askForNumbers() }
        try settle()
        return memory.nextID()
    }
}
