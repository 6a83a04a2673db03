public import MusterCore
import Synchronization

/// What a node does with look-ups while its replica may lack something that was acknowledged a while ago.
public enum StaleRule: String, Sendable, CaseIterable {
    /// It asks the database, which takes a round trip, and answers where that can commit.
    case ask
    /// It asks whatever database answers, which may be an old primary in whose place another serves by now.
    case trust
    /// It answers that it cannot, so that callers turn to another node.
    case refuse
}

/// The directory in a PostgreSQL database, with a replica beside the node that answers look-ups without a round trip.
///
/// A look-up that the replica answers includes everything that was acknowledged on any node ``ReplicaFollower/bound`` before
/// it came, and everything that this node has acknowledged. What the replica would refuse is asked again once it includes all
/// that was acknowledged up to now, so that whoever got in by one node a moment ago is known by all.
public final class ReplicatedStore: InProcessStore, MeasuredStore {
    let origin: PostgresStore
    let follower: ReplicaFollower
    private let proof: LivingProof
    private let rule: StaleRule
    private let answered = Atomic<UInt64>(0)
    private let passed = Atomic<UInt64>(0)

    /// The connections that an open store holds at most.
    public static let connections = PostgresStore.connections + 2

    /// Puts a replica in front of a store, and begins to follow.
    ///
    /// - Parameters:
    ///   - origin: The database. Its directory is there.
    ///   - node: How the node names itself.
    ///   - folder: Where the replica is kept.
    ///   - rule: What happens while it is not fresh.
    ///   - tell: Told what becomes of it, on its own thread.
    public init(
        _ origin: PostgresStore,
        as node: FeedNode,
        in folder: any ReplicaFolder,
        whenStale rule: StaleRule = .ask,
        tell: @escaping @Sendable (ReplicaNote) -> Void = { _ in }
    ) {
        self.origin = origin
        self.rule = rule
        proof = LivingProof(origin.place, node)
        follower = ReplicaFollower(origin.place, node, folder, proof: proof, tell)
        origin.handGroups(to: follower)
        follower.begin()
    }

    /// Those that the replica does not answer wait for the database's.
    public var sharesReads: Bool { true }

    /// A refusal may be one because a change of another node has not come yet.
    public var refusalsStand: Bool { false }

    /// Reads from the replica, on the calling thread.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`, also while it is not fresh.
    public func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        guard let replica = follower.fresh else { throw .notInReplica }
        let (result, sight) = try read(replica, body)
        guard sight == .whole else { throw .notInReplica }
        answered.add(1, ordering: .relaxed)
        return result
    }

    private func read<Result>(
        _ replica: any DirectoryReplica,
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> (result: Result, sight: ReplicaSight) {
        do {
            return try replica.readNow(body)
        } catch {
            if error.cause as? Trouble == .damage { follower.discard() }
            throw error
        }
    }

    /// Reads a snapshot: look-ups from the replica, everything else in the database.
    ///
    /// What takes long asks again who wants it, step by step, and of LDAP that is all that is asked: so a database that cannot
    /// commit answers none of it, either.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    public func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        guard extent == .bounded else { return try await ask(extent, body) }
        if let replica = follower.fresh {
            if let result = await answer(from: replica, body) { return try result.get() }
        } else if rule == .refuse {
            throw ReplicatedStore.staleRefusal
        }
        passed.add(1, ordering: .relaxed)
        return try await ask(.bounded, body)
    }

    /// Which server was asked.
    private final class Asked: Sendable {
        private let server = Mutex<ServerIdentity?>(nil)

        var present: ServerIdentity? { server.withLock { $0 } }

        func note(_ reader: any DirectoryReader) {
            let connection = (reader as? PostgresTransaction)?.connection
            server.withLock { $0 = connection?.server }
        }
    }

    /// Reads something in the database, and answers if that is the living one: a refusal by another is none, either.
    private func ask<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        guard rule != .trust else { return try await origin.read(extent, body) }
        guard !proof.isHopeless else { throw ReplicatedStore.staleRefusal }
        let (begun, asked) = (ContinuousClock.now, Asked())
        let outcome: Swift.Result<Result, MusterError>
        do throws(MusterError) {
            outcome = .success(
                try await origin.read(extent) { reader throws(MusterError) in
                    asked.note(reader)
                    return try body(reader)
                }
            )
        } catch {
            // Of what was not answered there is nothing to prove.
            guard error.code != .storeUnavailable, error.code != .overloaded else { throw error }
            outcome = .failure(error)
        }
        guard await proof.isLiving(asked.present, at: begun) else {
            throw ReplicatedStore.staleRefusal
        }
        return try outcome.get()
    }

    /// What a replica says; nil if it cannot say.
    ///
    /// If it refuses, or finds not all, it is asked a second time once it includes everything up to now: so the answer is
    /// about what is, and not about what was a moment ago.
    private func answer<Result: Sendable>(
        from replica: any DirectoryReplica,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async -> Swift.Result<Result, MusterError>? {
        do throws(MusterError) {
            let (result, sight) = try read(replica, body)
            if sight == .whole { return noted(.success(result)) }
            if sight == .lacking { return nil }
        } catch {
            guard error.code != .storeUnavailable else { return nil }
        }
        guard await follower.catchUp(), let replica = follower.fresh else { return nil }
        do throws(MusterError) {
            let (result, sight) = try read(replica, body)
            return sight == .lacking ? nil : noted(.success(result))
        } catch {
            return error.code == .storeUnavailable ? nil : noted(.failure(error))
        }
    }

    private func noted<Result>(
        _ result: Swift.Result<Result, MusterError>
    ) -> Swift.Result<Result, MusterError> {
        answered.add(1, ordering: .relaxed)
        return result
    }

    private static let staleRefusal = MusterError(
        .storeUnavailable,
        "This node does not hear its database at present. Ask again in a moment, or another node.",
        details: ["retry_after_seconds": "1"],
        cause: Trouble.database
    )

    /// Makes one change and returns when it is on disk, and in the replica.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let (result, position) = try await origin.writeInGroup(body)
        await followOwn(to: position)
        return result
    }

    /// Makes a batch of an import, in a commit of its own.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    public func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let (result, position) = try await origin.writeInGroup(asBatchOf: caller, body)
        await followOwn(to: position)
        return result
    }

    /// Sees to it that no look-up of this node misses what the node itself has acknowledged: a change waits for its own group,
    /// and not for those that were committed since.
    private func followOwn(to position: Int64) async {
        if await !follower.catchUp(to: position) { follower.distrust() }
    }

    /// Sees to it that no look-up of this node misses what was acknowledged by now: the copy has it, or is not asked until it
    /// does.
    public func catchUp() async {
        if await !follower.catchUp() { follower.distrust() }
    }

    /// Writes what is there already, which goes to the disk like any change.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func probe() async throws(MusterError) { try await origin.probe() }

    /// What was committed since the store was opened, and how the replica is.
    public var figures: StoreFigures {
        var figures = origin.figures
        var replica = follower.figures
        replica.answered = answered.load(ordering: .relaxed)
        replica.passed = passed.load(ordering: .relaxed)
        figures.replica = replica
        return figures
    }

    /// Ends following, and closes the connections.
    ///
    /// Nothing may be in flight.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func close() async throws(MusterError) {
        follower.close()
        proof.close()
        try await origin.close()
    }
}
