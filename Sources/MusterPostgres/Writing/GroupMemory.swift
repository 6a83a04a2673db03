import MusterCore

/// What the changes of one group know together.
///
/// A group is one transaction under a lock that all nodes share: what one of its changes has read is so for the next one, too,
/// until one of them writes something else. So callers who create users one after the other with the same key are looked up
/// once, and what only counts is written once.
final class GroupMemory {
    /// Whose key it is, by access key.
    private var keyOwners: [String: (owner: User, key: StoredAPIKey)] = [:]
    /// The directory's revision when the group began, once somebody has asked.
    private var revisionBefore: Int64?
    /// How many changes of the group have changed users.
    private(set) var growth: Int64 = 0
    /// Numbers of users that were taken for the group and have none yet, the last one first.
    private var ids: [Int64] = []
    private let taken: Int

    /// Nothing is known yet.
    ///
    /// - Parameter taken: How many numbers of users are taken at once; 0 where each waits for its own.
    init(taking taken: Int) {
        self.taken = taken
    }

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

    /// The number of a new user, of those that are taken for the whole group at once.
    ///
    /// They ascend in the order in which the users are made, and none is ever given twice; what is left over at the end is
    /// nobody's.
    ///
    /// - Returns: The number; nil if each waits for its own.
    func nextID(
        _ take: (_ count: Int) throws(MusterError) -> [Int64]
    ) throws(MusterError) -> Int64? {
        guard taken > 0 else { return nil }
        if ids.isEmpty { ids = try take(taken).reversed() }
        return ids.popLast()
    }
}
