import Dispatch
import MusterCore
import Synchronization
import SystemCalls

/// Keeps a replica as the database is, on a thread and a connection of its own.
///
/// It is woken by the engine after each group of changes, by the node after its own, and looks five times a second in any
/// case. What it includes is measured by the node's clock alone: everything that was acknowledged anywhere before a question
/// was sent whose answer it has.
final class ReplicaFollower: Sendable {
    /// How often the node shows that it is there.
    static let beat = Duration.milliseconds(200)
    /// How old the moment may be whose state a replica surely includes, for it to be asked: less than the second in which
    /// everybody who was shut out is refused, since what was asked in time may be answered a little later.
    static let bound = Duration.milliseconds(800)
    /// From how many changes on a look has to be waited for longer.
    private static let many = 1000
    /// How long nothing is tried after the first failure, and at most.
    private static let pauses = (first: Duration.milliseconds(100), last: Duration.seconds(5))

    struct Caller: Sendable {
        /// Which group of changes it has to include; nil for everything up to now.
        let position: Int64?
        let goOn: CheckedContinuation<Bool, Never>
    }

    struct Waiting: Sendable {
        /// Those who want it to include something.
        var callers: [Caller] = []
        /// Groups of the node's own that it may go on by, in their order, with what answers their callers.
        var own: [(group: OwnGroup, answers: [GroupOutcome.Answer])] = []
        /// Whether the database is followed, so that to wait makes sense.
        var isFollowing = false
        /// How often the replica was doubted; what was begun before counts for nothing.
        var doubts = 0
        var isClosed = false
    }

    private let place: PostgresPlace
    private let node: FeedNode
    private let folder: any ReplicaFolder
    private let proof: LivingProof?
    private let tell: @Sendable (ReplicaNote) -> Void
    let pipe = WakePipe()
    let waiting = Mutex(Waiting())
    /// Under which position the node itself commits changes that it will hand over; 0 where it does not.
    let expected = Atomic<Int64>(0)
    /// By how many groups the replica has gone on that were handed over.
    let handed = Atomic<UInt64>(0)
    private let present = Mutex<(any DirectoryReplica)?>(nil)
    private let doubted = Atomic<Bool>(false)
    private let fills = Atomic<UInt64>(0)
    /// Whether the replica goes on however much it lacks: it was filled, or that was looked for, since it was last where the feed ends.
    private let mayLag = Atomic<Bool>(false)
    /// Whether the last changes have touched users alone, so that one trip is likely to be enough for the next ones.
    private let mayGlance = Atomic<Bool>(true)
    /// The moment whose state the replica surely includes, in nanoseconds after `start`; below 0 if there is none.
    private let moment = Atomic<Int64>(.min)
    private let start = ContinuousClock.now
    private let ended = DispatchSemaphore(value: 0)

    init(
        _ place: PostgresPlace,
        _ node: FeedNode,
        _ folder: any ReplicaFolder,
        proof: LivingProof? = nil,
        _ tell: @escaping @Sendable (ReplicaNote) -> Void
    ) {
        self.place = place.forFollowing
        self.node = node
        self.folder = folder
        self.proof = proof
        self.tell = tell
    }

    /// Begins.
    func begin() {
        SystemThread.startSurely("pg follower") { [self] in
            run()
            ended.signal()
        }
    }

    /// The replica, if it includes all that was acknowledged before the bound.
    var fresh: (any DirectoryReplica)? {
        guard moment.load(ordering: .acquiring) >= nanoseconds(.now - ReplicaFollower.bound) else {
            return nil
        }
        return copy
    }

    /// The replica, however old; nil if there is none.
    var copy: (any DirectoryReplica)? { present.withLock { $0 } }

    /// Has the replica include everything that was acknowledged before the call, or the groups of changes up to a position.
    ///
    /// All who ask at the same time wait for one look; who names a position for the one that has reached it, even if it had
    /// begun before.
    ///
    /// - Returns: Whether it does.
    func catchUp(to position: Int64? = nil) async -> Bool {
        await withCheckedContinuation { caller in
            let (outcome, isFirst): (Bool?, Bool) = waiting.withLock { waiting in
                guard waiting.isFollowing else { return (false, false) }
                if let position, let reached = copy?.place.position, reached >= position {
                    return (true, false)
                }
                waiting.callers.append(Caller(position: position, goOn: caller))
                return (nil, waiting.callers.count == 1)
            }
            // Who comes behind another one is found with it.
            if let outcome { caller.resume(returning: outcome) } else if isFirst { pipe.wake() }
        }
    }

    /// Keeps the replica from being asked until it has been looked after again, from the beginning.
    func distrust() {
        waiting.withLock { waiting in
            waiting.doubts += 1
            moment.store(.min, ordering: .releasing)
        }
    }

    /// Has the replica thrown away and filled again, because it is damaged.
    func discard() {
        distrust()
        doubted.store(true, ordering: .releasing)
        pipe.wake()
    }

    /// How it is, without what was asked of it.
    var figures: ReplicaFigures {
        var figures = ReplicaFigures()
        figures.isFresh = fresh != nil
        figures.fills = fills.load(ordering: .relaxed)
        let moment = moment.load(ordering: .acquiring)
        if moment >= 0 { figures.age = Double(nanoseconds(.now) - moment) / 1e9 }
        return figures
    }

    /// Ends the thread, and waits for it.
    func close() {
        let wasClosed = waiting.withLock { waiting in
            defer { waiting.isClosed = true }
            return waiting.isClosed
        }
        guard !wasClosed else { return }
        pipe.wake()
        ended.wait()
        distrust()
        present.withLock { replica in
            replica?.close()
            replica = nil
        }
    }

    private func nanoseconds(_ instant: ContinuousClock.Instant) -> Int64 {
        start.duration(to: instant).wholeNanoseconds
    }

    private var isClosed: Bool { waiting.withLock { $0.isClosed } }

    // What follows runs on the thread.

    private func run() {
        let link = PostgresLink(place)
        defer {
            link.drop()
            turnAway()
        }
        var pause = ReplicaFollower.pauses.first
        var former: CInt?
        var isLost = false
        if let found = folder.open() {
            present.withLock { $0 = found }
            tell(.found(position: found.place.position))
        }
        while !isClosed {
            do {
                let connection = try link.connection()
                let feed = ChangeFeed(connection: connection, place: place)
                if let former { try feed.endBeat(of: former) }
                former = connection.backend
                try follow(feed) {
                    pause = ReplicaFollower.pauses.first
                    isLost = false
                }
            } catch {
                link.drop()
                turnAway()
                guard !isClosed else { return }
                if !isLost { tell(.lost(reason: "\(error)")) }
                isLost = true
                pipe.wait(orFor: nil, until: .now + pause)
                pause = min(pause * 2, ReplicaFollower.pauses.last)
            }
        }
    }

    /// Follows as long as all goes well.
    private func follow(_ feed: ChangeFeed, _ went: () -> Void) throws {
        let connection = feed.connection
        try feed.listen()
        // Up to which group there is something to look for, as far as anybody has said.
        var (next, told) = (ContinuousClock.now, Int64.max)
        while !isClosed {
            guard place.history.admits(connection.server) else {
                throw PostgresError(.connection, "another server was promoted")
            }
            if doubted.exchange(false, ordering: .acquiringAndReleasing) {
                forget(because: "it is damaged")
            }
            let replica = try copy ?? fill(feed)
            do {
                try goOn(replica)
            } catch let broken as ChangeFeed.Broken {
                forget(because: broken.reason)
                told = .max
                continue
            }
            let asked = ContinuousClock.now
            let isDue = asked >= next
            guard isDue || hasCallers || isNews(told, to: replica) else {
                try wait(for: connection, knowing: replica, until: next, &told)
                continue
            }
            let isProof = isDue ? try feed.beat(node, at: replica.place.position) : false
            if isProof { proof?.note(connection.server, asked) }
            let (callers, doubts) = waiting.withLock { waiting in
                defer { waiting.callers = [] }
                return (waiting.callers, waiting.doubts)
            }
            let outcome = Result { try look(feed, replica) }
            let isThere = (try? outcome.get()) == true
            if isThere { takeCallers() }
            if isThere, isProof { note(asked, unless: doubts) }
            for caller in callers { caller.goOn.resume(returning: isThere) }
            if isThere { answer(upTo: replica.place.position) }
            do {
                _ = try outcome.get()
                try feed.end()
            } catch let broken as ChangeFeed.Broken {
                connection.rollBack()
                forget(because: broken.reason)
                told = .max
                continue
            }
            if isDue {
                next = asked + ReplicaFollower.beat
                went()
            }
            // There is more, for which nobody waits.
            guard isThere else {
                replica.tidy()
                told = .max
                continue
            }
            told = .min
            try wait(for: connection, knowing: replica, until: next, &told)
        }
    }

    /// Waits until there is something to look for; `told` is the last group of changes that was told of.
    private func wait(
        for connection: PostgresConnection,
        knowing replica: any DirectoryReplica,
        until next: ContinuousClock.Instant,
        _ told: inout Int64
    ) throws {
        replica.tidy()
        while true {
            if let last = try connection.takeNotifications() { told = max(told, last) }
            guard !isNews(told, to: replica), !hasCallers, !hasOwn, !isClosed,
                !doubted.load(ordering: .acquiring), ContinuousClock.now < next
            else { return }
            pipe.wait(orFor: connection.descriptor, until: next)
        }
    }

    /// Lets those go on who have come since the look began, and wanted no more than it has found.
    func answer(upTo position: Int64) {
        let callers = waiting.withLock { waiting in
            let served = waiting.callers.filter { ($0.position ?? .max) <= position }
            if !served.isEmpty { waiting.callers.removeAll { ($0.position ?? .max) <= position } }
            return served
        }
        for caller in callers { caller.goOn.resume(returning: true) }
    }

    /// Notes that the replica includes everything of a moment, unless it was doubted since.
    private func note(_ asked: ContinuousClock.Instant, unless doubts: Int) {
        waiting.withLock { waiting in
            guard waiting.doubts == doubts else { return }
            moment.store(nanoseconds(asked), ordering: .releasing)
        }
    }

    private var hasCallers: Bool { waiting.withLock { !$0.callers.isEmpty } }

    /// Has whoever comes wait, since the replica is, or is soon, where the feed ends.
    private func takeCallers() {
        let isNew = waiting.withLock { waiting in
            defer { waiting.isFollowing = true }
            return !waiting.isFollowing
        }
        if isNew { tell(.following) }
    }

    /// Brings the replica to where the feed ends, or nearer to it where that is far.
    ///
    /// - Returns: Whether it is there.
    private func look(_ feed: ChangeFeed, _ replica: any DirectoryReplica) throws -> Bool {
        let place = replica.place
        let glance =
            mayGlance.load(ordering: .relaxed) ? try feed.glance(after: place) : nil
        let found = try glance ?? feed.begin(after: place)
        if found.end != place { mayGlance.store(found.isWhole, ordering: .relaxed) }
        let usual = feed.connection.patience
        defer { feed.connection.patience = usual }
        if found.first.count > ReplicaFollower.many {
            feed.connection.patience = max(usual, self.place.catchUpPatience)
        }
        var end = found.end
        if found.first.isFull {
            if !mayLag.load(ordering: .relaxed) { try feed.requireNear(place) }
            mayLag.store(true, ordering: .relaxed)
            end = try feed.firstStep(from: place) ?? end
        }
        let isAll = end == found.end
        if !isAll {
            // What it has then is of no one moment, and nobody asks it nor waits for it until it has all.
            distrust()
            turnAway()
        }
        if place != end {
            try move(replica, to: end) { writer in
                try feed.changes(found.first, upTo: end.position) { keys in
                    try feed.rows(of: keys, knowing: found.likely) { table, keys, rows in
                        try writer.remove(keys, from: table)
                        try writer.insert(rows, into: table)
                    }
                }
            }
        }
        if isAll { mayLag.store(false, ordering: .relaxed) }
        return isAll
    }

    /// Fills a new replica from one moment's state.
    private func fill(_ feed: ChangeFeed) throws -> any DirectoryReplica {
        try feed.keep(for: node)
        let filling = ReplicaFilling(feed: feed, folder: folder, tell: tell) { [self] in isClosed }
        let filled = try filling.fill()
        fills.add(1, ordering: .relaxed)
        present.withLock { $0 = filled }
        mayLag.store(true, ordering: .relaxed)
        return filled
    }

    private func forget(because reason: String) {
        distrust()
        // Nobody waits until another one is filled, which may take long: the database is asked meanwhile.
        turnAway()
        let former = present.withLock { replica in
            defer { replica = nil }
            return replica
        }
        former?.remove()
        tell(.filling(because: reason))
    }

    /// Tells whoever waits not to, and whoever comes, until the database is followed again.
    private func turnAway() {
        let turned = waiting.withLock { waiting in
            defer {
                waiting.callers = []
                waiting.own = []
                waiting.isFollowing = false
            }
            return waiting
        }
        for caller in turned.callers { caller.goOn.resume(returning: false) }
        // They find that nothing is followed.
        for (group, answers) in turned.own { for answer in answers { answer(group.position) } }
    }
}
