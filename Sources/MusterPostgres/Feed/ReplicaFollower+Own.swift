import MusterCore
import Synchronization

/// How a replica goes on by the node's own groups: what the node has just written it need not ask for.
///
/// All other ways lead there, too: whatever is not handed over, or not in the order of the feed, is looked for.
extension ReplicaFollower {
    /// Has nobody look for a group that is about to be committed, as it will be handed over.
    func expect(_ position: Int64) { expected.store(position, ordering: .releasing) }

    /// Has it looked for, where it was not handed over and will not be.
    func expectNothing() {
        if expected.exchange(0, ordering: .acquiringAndReleasing) != 0 { pipe.wake() }
    }

    /// Takes over a group that was committed, and answers its callers once the replica has it, or cannot go on by it: then they
    /// wait as after any other change.
    func take(_ group: OwnGroup, _ answers: [GroupOutcome.Answer]) {
        let isTaken = waiting.withLock { waiting in
            guard waiting.isFollowing, !waiting.isClosed else { return false }
            waiting.own.append((group, answers))
            return true
        }
        expected.store(0, ordering: .releasing)
        guard !isTaken else { return pipe.wake() }
        for answer in answers { answer(group.position) }
    }

    /// Whether groups were handed over that nothing was done with yet.
    var hasOwn: Bool { waiting.withLock { !$0.own.isEmpty } }

    /// Whether a group was told of that a replica lacks, and that nobody will hand over.
    func isNews(_ position: Int64, to replica: any DirectoryReplica) -> Bool {
        position > replica.place.position && position != expected.load(ordering: .acquiring)
    }

    /// Has a replica go on by the groups that were handed over, as far as each is the next one for it, and answers their callers.
    ///
    /// - Throws: ``ChangeFeed/Broken`` where it cannot be written.
    func goOn(_ replica: any DirectoryReplica) throws {
        let own = waiting.withLock { waiting in
            defer { waiting.own = [] }
            return waiting.own
        }
        guard !own.isEmpty else { return }
        defer {
            for (group, answers) in own { for answer in answers { answer(group.position) } }
        }
        var (place, next) = (replica.place, [OwnGroup]())
        for (group, _) in own {
            guard let after = group.place(after: place) else { continue }
            place = after
            next.append(group)
        }
        guard let last = next.last, let users = ReplicatedTable.users,
            let directory = ReplicatedTable.directory
        else { return }
        try move(replica, to: place) { writer in
            // Numbers of users are never given twice, so that none of them is there.
            for group in next { try writer.insert(group.users, into: users) }
            try writer.remove([.number(1)], from: directory)
            try writer.insert(last.directory, into: directory)
        }
        handed.add(UInt64(next.count), ordering: .relaxed)
        answer(upTo: place.position)
    }

    /// Has a replica go on to a place.
    ///
    /// - Throws: ``ChangeFeed/Broken`` where it cannot be written; ``PostgresError`` where `body` throws it.
    func move(
        _ replica: any DirectoryReplica,
        to place: FeedPlace,
        _ body: (any ReplicaWriter) throws -> Void
    ) throws {
        do {
            try replica.move(to: place) { writer throws(MusterError) in
                try translating { try body(writer) }
            }
        } catch {
            if let cause = error.cause as? PostgresError { throw cause }
            if let cause = error.cause as? ChangeFeed.Broken { throw cause }
            throw ChangeFeed.Broken(reason: "it cannot be written: \(error.cause ?? error)")
        }
    }
}
