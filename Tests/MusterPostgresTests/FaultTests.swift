import Foundation
import MusterCore
import MusterSQL
import MusterTesting
import Synchronization
import Testing

@testable import MusterPostgres

@Suite("A database that breaks off, hangs or refuses leaves nothing half made and nothing unsaid")
struct FaultTests {
    private let server: PostgresServer
    private let place: PostgresPlace

    init() throws {
        server = try PostgresServer.shared.get()
        place = try server.makePlace()
    }

    private func insert(_ name: String, into store: PostgresStore) async throws -> User {
        try await store.write { transaction throws(MusterError) in
            let draft = UserDraft(username: Username(stored: name))
            return try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
        }
    }

    private func count(_ store: PostgresStore) async throws -> Int {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.userCount() }
    }

    /// The process of the engine that works for whoever asks.
    private static func process(
        _ reader: any DirectoryReader
    ) throws(MusterError) -> Int64 {
        let transaction = reader as? PostgresTransaction
        return try transaction?.row("SELECT pg_backend_pid()::bigint", []) { $0[0] } ?? 0
    }

    private func end(_ process: Int64) throws {
        let owner = try server.connection("postgres")
        _ = try owner.rows("SELECT pg_terminate_backend(?::integer)", [Number(process)]) {
            $0[0] as Bool
        }
    }

    /// A number as the engine's integer.
    private struct Number: SQLArgument {
        let sqlValue: SQLValue

        init(_ value: Int64) {
            let number = Int32(truncatingIfNeeded: value).bigEndian
            sqlValue = .bytes(withUnsafeBytes(of: number) { Array($0) })
        }
    }

    @Test("connections that broke while nobody asked are made again")
    func brokenBetween() async throws {
        let store = try await server.open(place)
        _ = try await insert("jane@example.com", into: store)
        let writer = try await store.write { transaction throws(MusterError) in
            try Self.process(transaction)
        }
        try end(writer)
        for _ in 0..<8 {
            let reader = try await store.read(.bounded) { reader throws(MusterError) in
                try Self.process(reader)
            }
            try end(reader)
        }
        _ = try await insert("john@example.com", into: store)
        #expect(try await count(store) == 2)
    }

    @Test("a connection that breaks within a change has it made once, on another one")
    func brokenWithin() async throws {
        let store = try await server.open(place)
        let attempts = Attempts()
        let end = { @Sendable (process: Int64) in try? self.end(process) }
        let user = try await store.write { transaction throws(MusterError) in
            let draft = UserDraft(username: Username(stored: "jane@example.com"))
            let user = try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
            if attempts.next() == 1 { _ = end(try Self.process(transaction)) }
            _ = try transaction.userCount()
            return user
        }
        #expect(attempts.count == 2)
        #expect(try await count(store) == 1)
        let found = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.id(user.id))
        }
        #expect(found?.username == user.username)
    }

    @Test("a commit whose answer is lost is found where it was made, and is not where it was not")
    func lostAnswer() async throws {
        try await server.open(place).close()
        let doubt = CommitDoubt(
            outcome: GroupOutcome(answers: [], position: nil),
            isWarned: false
        )
        for isCommitted in [true, false] {
            let group = PostgresGroup(place: place, node: UUID(), number: 1)
            let link = PostgresLink(place)
            let connection = try link.connection()
            try group.begin(on: connection)
            _ = try group.note(on: connection)
            try connection.settle()
            if isCommitted { #expect(try connection.finish("COMMIT") == "COMMIT") }
            link.drop()
            let budget = WaitBudget(.seconds(300))
            #expect(
                try group.isCommitted(by: doubt, on: PostgresLink(place), within: budget)
                    == isCommitted
            )
        }
    }

    @Test("a commit is looked for behind whoever may still make it", .timeLimit(.minutes(10)))
    func lateCommit() async throws {
        try await server.open(place).close()
        let group = PostgresGroup(place: place, node: UUID(), number: 1)
        let link = PostgresLink(place)
        let connection = try link.connection()
        try connection.send("SET idle_in_transaction_session_timeout = 0")
        try group.begin(on: connection)
        _ = try group.note(on: connection)
        try connection.settle()
        let place = place
        async let isCommitted = onThread {
            let doubt = CommitDoubt(
                outcome: GroupOutcome(answers: [], position: nil),
                isWarned: false
            )
            return try group.isCommitted(
                by: doubt,
                on: PostgresLink(place),
                within: WaitBudget(.seconds(300))
            )
        }
        let owner = try server.connection("postgres")
        var waiting: Int64 = 0
        while waiting == 0 {
            try Task.checkCancellation()
            await Task.yield()
            waiting =
                try owner.rows(
                    "SELECT count(*) FROM pg_stat_activity WHERE ?::bigint = ANY (pg_blocking_pids(pid))",
                    [Int64(connection.backend)]
                ) { $0[0] as Int64 }.first ?? 0
        }
        #expect(try connection.finish("COMMIT") == "COMMIT")
        #expect(try await isCommitted)
    }

    @Test("a commit that the engine warns about is not called made")
    func warned() async throws {
        let store = try await server.open(place)
        let connection = try PostgresLink(place).connection()
        try connection.runScript(
            """
            CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE WARNING 'not replicated'; RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER warned AFTER INSERT ON change_group
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn();
            """
        )
        let refusal = await failure { try await insert("jane@example.com", into: store) }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.contains("It is not known whether the change was made") == true)
    }

    @Test("a commit that the engine refuses leaves nothing, and says so")
    func refused() async throws {
        let store = try await server.open(place)
        let connection = try PostgresLink(place).connection()
        try connection.runScript(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'no'; END $$;
            CREATE CONSTRAINT TRIGGER refused AFTER INSERT ON change_group
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
            """
        )
        let refusal = await failure { try await insert("jane@example.com", into: store) }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.contains("not known") == false)
        #expect(try await count(store) == 0)
        try connection.runScript("DROP TRIGGER refused ON change_group")
        _ = try await insert("jane@example.com", into: store)
        #expect(try await count(store) == 1)
    }

    @Test(
        "an engine that hangs is given up after the deadline, and asked again",
        .timeLimit(.minutes(10))
    )
    func hanging() async throws {
        try await server.open(place).close()
        var place = place
        place.changePatience = .seconds(20)
        let store = try await server.open(place)
        _ = try await insert("jane@example.com", into: store)
        let writer = try await store.write { transaction throws(MusterError) in
            try Self.process(transaction)
        }
        kill(pid_t(writer), SIGSTOP)
        // It is made again on another connection, which does not hang.
        _ = try await insert("john@example.com", into: store)
        kill(pid_t(writer), SIGCONT)
        #expect(try await count(store) == 2)
    }

    @Test(
        "look-ups of an engine that hangs are refused after one deadline, whoever waits behind them, too",
        .timeLimit(.minutes(10))
    )
    func hangingLooks() async throws {
        try await server.open(place).close()
        var place = place
        place.lookPatience = .seconds(2)
        let store = try await server.open(place)
        let hung = Stopped()
        defer { hung.goOn() }
        // Each of those who look hangs in its question, so that whoever comes later waits for one of them.
        let begun = ContinuousClock.now
        let refusals = await withTaskGroup(of: MusterError?.self) { group in
            for _ in 1...256 {
                group.addTask {
                    await failure {
                        try await store.read(.bounded) { reader throws(MusterError) in
                            hung.stop(pid_t(try Self.process(reader)))
                            return try reader.userCount()
                        }
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // Four at a time who waited one after the other would take 128 s; what is above 2 is the machine's.
        #expect(begun.duration(to: .now) < .seconds(120))
        #expect(refusals.count == 256)
        for refusal in refusals {
            #expect(refusal?.code == .storeUnavailable)
            #expect((refusal?.cause as? PostgresError)?.isLate == true)
        }
    }

    @Test(
        "a statement that takes too long, or waits for a lock, ends by itself, and the connection goes on",
        .timeLimit(.minutes(10))
    )
    func slowLooks() async throws {
        try await server.open(place).close()
        var place = place
        place.lookPatience = .seconds(10)
        let store = try await server.open(place)
        let first = try await store.read(.bounded) { reader throws(MusterError) in
            try Self.process(reader)
        }
        #expect(first > 0)
        let owner = try PostgresLink(place).connection()
        try owner.send("SET idle_in_transaction_session_timeout = 0")
        try owner.send("BEGIN")
        try owner.send("LOCK TABLE ssh_key IN ACCESS EXCLUSIVE MODE")
        try owner.settle()
        for text: StatementText in ["SELECT pg_sleep(3600)", "SELECT count(*) FROM ssh_key"] {
            var cause: PostgresError?
            // The engine says so shortly before it is waited for no longer, which a busy machine may miss now and then.
            for _ in 1...10 {
                let refusal = await failure {
                    try await store.read(.bounded) { reader throws(MusterError) in
                        try (reader as? PostgresTransaction)?.rows(text, []) { _ in 0 }
                    }
                }
                cause = refusal?.cause as? PostgresError
                if cause?.isLate != true { break }
            }
            #expect(["57014", "55P03"].contains(cause?.state), "\(String(describing: cause))")
            #expect(cause?.isLate == false)
        }
        owner.rollBack()
    }

    @Test(
        "a long read ends when nobody waits for it, here at once and in the engine soon, and others are made",
        .timeLimit(.minutes(10))
    )
    func givenUp() async throws {
        let store = try await server.open(place)
        let (processes, heard) = AsyncStream.makeStream(of: Int64.self)
        let read = Task {
            await failure {
                try await store.read(.unbounded) { reader throws(MusterError) in
                    heard.yield(try Self.process(reader))
                    return try (reader as? PostgresTransaction)?.rows(
                        "SELECT pg_sleep(3600)",
                        []
                    ) { _ in 0 }
                }
            }
        }
        let process = try #require(await processes.first(where: { _ in true }))
        read.cancel()
        // Whoever waited for the engine would be told that it is late.
        let refusal = await read.value
        #expect(refusal?.code == .overloaded && refusal?.cause is CancellationError)
        let owner = try server.connection("postgres")
        var isThere = true
        // Waited for in the engine, which looks every second whether somebody is there.
        while isThere {
            try Task.checkCancellation()
            await Task.yield()
            isThere = try owner.rows(
                """
                SELECT count(*) > 0 FROM pg_sleep(0.1)
                JOIN pg_stat_activity ON pid = ?::integer AND query LIKE '%pg_sleep(3600)%'
                """,
                [Number(process)]
            ) { $0[0] as Bool }.contains(true)
        }
        let count = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.userCount()
        }
        #expect(count == 0)
        // Whoever has gone before the read begins has none made.
        let gone = Task {
            await failure {
                try await store.read(.unbounded) { reader throws(MusterError) in
                    try Self.process(reader)
                }
            }
        }
        gone.cancel()
        let answer = await gone.value
        #expect(answer == nil || answer?.code == .overloaded)
    }

    @Test("a text with a NUL, or a number that is no such column's, is refused whole")
    func refusedValues() async throws {
        let store = try await server.open(place)
        let refusal = await failure { try await insert("ja\0ne@example.com", into: store) }
        #expect(refusal?.code == .storeUnavailable)
        let short = await failure {
            try await store.read(.bounded) { reader throws(MusterError) in
                let transaction = reader as? PostgresTransaction
                return try transaction?.row("SELECT 1::integer", []) { $0[0] as Int64 }
            }
        }
        #expect(short?.code == .storeUnavailable)
        let null = await failure {
            try await store.read(.bounded) { reader throws(MusterError) in
                let transaction = reader as? PostgresTransaction
                return try transaction?.row("SELECT NULL::bigint", []) { $0[0] as Int64 }
            }
        }
        #expect(null?.code == .storeUnavailable)
        #expect(try await count(store) == 0)
    }
}

/// Counts how often a change was tried.
private final class Attempts: Sendable {
    private let made = Mutex(0)

    var count: Int { made.withLock { $0 } }

    func next() -> Int {
        made.withLock { made in
            made += 1
            return made
        }
    }
}

/// Processes of the engine that hang.
private final class Stopped: Sendable {
    private let processes = Mutex<Set<pid_t>>([])

    func stop(_ process: pid_t) {
        processes.withLock { _ = $0.insert(process) }
        kill(process, SIGSTOP)
    }

    func goOn() {
        for process in processes.withLock({ $0 }) { kill(process, SIGCONT) }
    }
}
