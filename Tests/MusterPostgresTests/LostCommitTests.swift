import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Synchronization
import Testing

@testable import MusterPostgres

@Suite("Who waits for a change in vain is told so in time, and never what is not known")
struct LostCommitTests {
    typealias Body = @Sendable (any DirectoryTransaction) throws(MusterError) -> Void

    /// How long one answer is waited for; a lock for five sixths of that.
    private static let patience = Duration.seconds(8)
    /// After how long everybody is told: two and a half times that; and what a busy machine takes.
    ///
    /// So many who wait for a lock one after the other would be told later.
    private static let told = patience * 5 / 2 + .seconds(120)
    private static let many = 1...24

    private let server: PostgresServer
    private let place: PostgresPlace

    init() async throws {
        server = try PostgresServer.shared.get()
        var place = try server.makePlace()
        try await server.open(place).close()
        place.changePatience = LostCommitTests.patience
        self.place = place
    }

    private func insert(_ name: String) -> Body {
        { transaction throws(MusterError) in
            let draft = UserDraft(username: Username(stored: name))
            _ = try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
        }
    }

    private func forget() -> Body {
        { transaction throws(MusterError) in
            try transaction.forgetSentCodes(before: FixedClock.start)
        }
    }

    private func names() throws -> [String] {
        try PostgresLink(place).connection().rows(
            "SELECT username FROM \"user\" WHERE id > 1 ORDER BY id"
        ) { $0[0] as String }
    }

    /// How somebody was answered, and after how long.
    private struct Told: Sendable {
        let error: MusterError?
        let after: Duration
    }

    private func tell(_ store: PostgresStore, _ body: @escaping Body) async -> Told {
        let begun = ContinuousClock.now
        let error = await failure { try await store.write(body) }
        return Told(error: error, after: begun.duration(to: .now))
    }

    /// A transaction that somebody has left open, with a lock.
    private func holder(_ lock: Int64) throws -> PostgresConnection {
        let holder = try PostgresLink(place).connection()
        try holder.send("SET idle_in_transaction_session_timeout = 0")
        try holder.send("BEGIN")
        try holder.send("SELECT pg_advisory_xact_lock(?::bigint)", [lock])
        try holder.settle()
        return holder
    }

    /// Has every commit wait, with all its locks, for as long as somebody has another one; as for a standby that is away.
    ///
    /// Where it is patient the engine does not look whether somebody waits for it any more, as those before 14 do not.
    private func holdCommits(by lock: Int64, isPatient: Bool = false) throws {
        let owner = try PostgresLink(place).connection()
        try owner.runScript(
            """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true);
                PERFORM set_config(name, '0', true) FROM pg_settings
                    WHERE name = 'client_connection_check_interval' AND \(number: isPatient ? 1 : 0) = 1;
                PERFORM pg_advisory_xact_lock_shared(\(number: Int(lock)));
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER held AFTER INSERT ON change_group
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold();
            """
        )
    }

    /// Waits until so many of the engine's processes wait for a lock of this number.
    private func whenWaiting(_ count: Int64, for lock: Int64) async throws {
        let owner = try server.connection("postgres")
        var waiting: Int64 = 0
        while waiting < count {
            try Task.checkCancellation()
            waiting =
                try owner.rows(
                    """
                    SELECT count(*) FROM pg_locks
                    WHERE locktype = 'advisory' AND NOT granted AND classid = 0 AND objid = ?::bigint::oid
                    """,
                    [lock]
                ) { $0[0] as Int64 }.first ?? 0
            await Task.yield()
        }
    }

    @Test(
        "a change whose commit is not answered is told of in time, as what it is, and so are all behind it, at each node",
        .timeLimit(.minutes(10))
    )
    func unansweredCommit() async throws {
        let lock = 1_000_000 + place.lock
        try holdCommits(by: lock)
        let holder = try holder(lock)
        let (first, second) = (try await server.open(place), try await server.open(place))
        let lost = Task { [insert] in await tell(first, insert("lost@example.com")) }
        try await whenWaiting(1, for: lock)
        // More than one group of them.
        let others = await withTaskGroup(of: (name: String, told: Told).self) { group in
            for number in 1...80 {
                let store = number.isMultiple(of: 2) ? first : second
                let name = "other\(number)@example.com"
                let body = insert(name)
                group.addTask { (name, await tell(store, body)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let told = await lost.value
        #expect(told.error?.message.contains("It is not known whether") == true, "\(told)")
        #expect(told.after >= Self.patience && told.after < Self.told, "\(told.after)")
        // Where the engine saw that nobody waits for the first any more, the lock of all changes went on to a group behind it,
        // which is then in its own commit.
        var unknown: Set = ["lost@example.com"]
        for (name, told) in others {
            #expect(told.error?.code == .storeUnavailable)
            #expect(told.after < Self.told, "\(told.after)")
            if told.error?.message.contains("not known") == true { unknown.insert(name) }
        }
        #expect(unknown.count < 1 + others.count, "nobody behind it was refused")
        // What is not known may be so; what was refused is not, and does not come later.
        holder.rollBack()
        _ = try await first.write(insert("after@example.com"))
        #expect(try names().filter { !unknown.contains($0) } == ["after@example.com"])
    }

    @Test(
        "a commit that is answered late, and was made, is found and told of as made, once",
        .timeLimit(.minutes(10))
    )
    func lateCommit() async throws {
        // The engine lets the commit go on after it was given up, while it is looked for.
        var place = place
        place.changePatience = .seconds(20)
        let lock = 1_000_000 + place.lock
        try holdCommits(by: lock, isPatient: true)
        let holder = try holder(lock)
        let store = try await server.open(place)
        let late = Task { [insert] in await tell(store, insert("late@example.com")) }
        try await whenWaiting(1, for: lock)
        try await whenWaiting(1, for: place.lock)
        holder.rollBack()
        let told = await late.value
        #expect(told.error == nil)
        #expect(told.after >= place.changePatience)
        #expect(try names() == ["late@example.com"])
    }

    @Test("what broke off in its commit, and was taken back, is made again, once")
    func takenBack() async throws {
        // Nothing is waited for in vain here, however busy the machine.
        var place = place
        place.changePatience = .seconds(300)
        let lock = 1_000_000 + place.lock
        try holdCommits(by: lock)
        let holder = try holder(lock)
        let store = try await server.open(place)
        let made = Task { [insert] in await tell(store, insert("again@example.com")) }
        try await whenWaiting(1, for: lock)
        let owner = try server.connection("postgres")
        _ = try owner.rows(
            """
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND NOT granted AND classid = 0 AND objid = ?::bigint::oid
            """,
            [lock]
        ) { $0[0] as Bool }
        try await whenWaiting(1, for: lock)
        holder.rollBack()
        #expect(await made.value.error == nil)
        #expect(try names() == ["again@example.com"])
    }

    @Test("a commit that is there, and that standbys are not known to have, is not called made")
    func unknownToStandbys() async throws {
        let group = PostgresGroup(place: place, node: UUID(), number: 1)
        let connection = try PostgresLink(place).connection()
        try group.begin(on: connection)
        _ = try group.note(on: connection)
        #expect(try connection.finish("COMMIT") == "COMMIT")
        // As where the engine was ended while the commit waited for a standby, and somebody ends the next wait, too.
        try connection.runScript(
            """
            CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE WARNING 'not replicated'; RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER warned AFTER UPDATE ON change_count
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn();
            """
        )
        let doubt = CommitDoubt(
            outcome: GroupOutcome(answers: [], position: nil),
            isWarned: false
        )
        let look = { @Sendable [place] (budget: Duration) in
            try await onThread {
                try group.isCommitted(
                    by: doubt,
                    on: PostgresLink(place),
                    within: WaitBudget(budget)
                )
            }
        }
        let refusal = await #expect(throws: MusterError.self) { _ = try await look(.seconds(3)) }
        #expect(refusal?.message == doubt.refusal.message)
        try connection.runScript("DROP TRIGGER warned ON change_count")
        #expect(try await look(.seconds(300)))
    }

    /// Makes changes as one group, and returns what came of all of them, or of each, and after how long.
    private func make(
        _ bodies: [Body]
    ) async throws -> (refusal: (any Error)?, answers: [MusterError?], after: Duration) {
        let waiting = Gathered()
        let sealer = SodiumSealer(server.key)
        return try await withThrowingTaskGroup(of: (Int, MusterError?).self) { tasks in
            for (number, body) in bodies.enumerated() {
                while waiting.all.count < number { await Task.yield() }
                tasks.addTask {
                    let outcome: Result<Void, MusterError> = await withCheckedContinuation { done in
                        let change = PostgresChange(
                            sealer: sealer,
                            done: { outcome, _ in done.resume(returning: outcome) },
                            body
                        )
                        waiting.add(change)
                    }
                    do throws(MusterError) { try outcome.get() } catch { return (number, error) }
                    return (number, nil)
                }
            }
            while waiting.all.count < bodies.count { await Task.yield() }
            let changes = waiting.all
            let group = PostgresGroup(place: place, node: UUID(), number: 1)
            let (made, after) = try await onThread { [place] in
                let begun = ContinuousClock.now
                let made = Result {
                    try group.make(
                        changes,
                        on: PostgresLink(place.forChanges),
                        within: WaitBudget(Self.patience * 2)
                    )
                }
                return (made, begun.duration(to: .now))
            }
            var refusal: (any Error)?
            switch made {
            case .success(let outcome): for answer in outcome.answers { answer(outcome.position) }
            case .failure(let error):
                refusal = error
                for change in changes { change.refuse(.noSuchUser) }
            }
            var answers = [MusterError?](repeating: nil, count: bodies.count)
            for try await (number, error) in tasks { answers[number] = error }
            return (refusal, answers, after)
        }
    }

    @Test(
        "several changes wait together for the lock of all changes, and once",
        .timeLimit(.minutes(10))
    )
    func lockOnce() async throws {
        let holder = try holder(place.lock)
        let (refusal, _, after) = try await make(Self.many.map { insert("user\($0)@example.com") })
        #expect((refusal as? PostgresError)?.state == "55P03", "\(String(describing: refusal))")
        #expect(after < Self.told, "\(after)")
        holder.rollBack()
        #expect(try names() == [])
    }

    @Test("one that waits for a locked table in vain is refused alone", .timeLimit(.minutes(10)))
    func lockedTable() async throws {
        let holder = try PostgresLink(place).connection()
        try holder.send("SET idle_in_transaction_session_timeout = 0")
        try holder.send("BEGIN")
        try holder.send("LOCK TABLE sent_code IN ACCESS EXCLUSIVE MODE")
        try holder.settle()
        let (refusal, answers, after) = try await make([forget(), insert("jane@example.com")])
        #expect(refusal == nil)
        #expect(answers.map { $0?.code } == [.storeUnavailable, nil])
        #expect(after < Self.told, "\(after)")
        holder.rollBack()
        #expect(try names() == ["jane@example.com"])
    }

    @Test(
        "many that wait for a locked table are told in time, and nothing is made of them",
        .timeLimit(.minutes(10))
    )
    func manyForLockedTable() async throws {
        let holder = try PostgresLink(place).connection()
        try holder.send("SET idle_in_transaction_session_timeout = 0")
        try holder.send("BEGIN")
        try holder.send("LOCK TABLE \"user\" IN ACCESS EXCLUSIVE MODE")
        try holder.settle()
        let (refusal, _, after) = try await make(Self.many.map { insert("user\($0)@example.com") })
        #expect(refusal is PostgresError)
        #expect(after < Self.told, "\(after)")
        holder.rollBack()
        #expect(try names() == [])
    }

    @Test("what is waited for in vain is taken off, down to nothing")
    func budget() {
        let budget = WaitBudget(.seconds(12))
        #expect(budget.allowsAnother && !budget.isWorn)
        budget.spend(.seconds(3))
        #expect(budget.allowsAnother && budget.isWorn)
        budget.spend(.seconds(7))
        #expect(!budget.allowsAnother && budget.left == .seconds(2))
        budget.spend(.seconds(7))
        #expect(budget.left == .zero)
    }
}

/// Changes that wait to be made together.
private final class Gathered: Sendable {
    private let kept = Mutex<[PostgresChange]>([])

    var all: [PostgresChange] { kept.withLock { $0 } }

    func add(_ change: PostgresChange) { kept.withLock { $0.append(change) } }
}
