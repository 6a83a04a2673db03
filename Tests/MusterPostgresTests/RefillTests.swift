import Foundation
import MusterCore
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("A copy that does not fit the directory is filled again")
struct RefillTests {
    /// A directory in a place, whose node with a copy was closed, and the folder of that.
    private func makeClosed() async throws -> (TestDirectory, PostgresPlace, TemporaryFolder) {
        let place = try PostgresServer.shared.get().makePlace()
        let first = try await TestDirectory(
            store: try await PostgresServer.shared.get().open(place)
        )
        let second = try await ReplicatedNode.open(place)
        try await second.whenFresh()
        try await second.close()
        return (first, place, second.folder)
    }

    private func run(_ statement: String, in place: PostgresPlace) throws {
        let connection = try PostgresServer.shared.get().connection()
        try connection.runScript(
            StatementText(stringLiteral: "SET search_path = \"\(place.schema)\"; \(statement)")
        )
    }

    /// Starts the node again, and returns what became of its copy once that is fresh.
    private func notes(_ place: PostgresPlace, _ folder: TemporaryFolder) async throws -> [String] {
        let node = try await ReplicatedNode.open(place, in: folder)
        try await node.whenFresh()
        try await node.close()
        return node.notes.all
    }

    @Test("one that fits goes on from where it was")
    func goesOn() async throws {
        let (first, place, folder) = try await makeClosed()
        let user = try await first.makeUser("jane@example.com")
        let node = try await ReplicatedNode.open(place, in: folder)
        try await node.whenFresh()
        #expect(!node.notes.all.contains { $0.contains("filled") }, "\(node.notes.all)")
        let copy = try #require(node.store.follower.copy)
        let found = try copy.readNow { reader throws(MusterError) in
            try reader.user(.id(user.id))
        }.result
        #expect(found?.username.text == "jane@example.com")
        try await node.close()
    }

    @Test("nobody waits with a change until the copy is filled again", .timeLimit(.minutes(10)))
    func changesGoOn() async throws {
        let (_, place, folder) = try await makeClosed()
        let node = try await ReplicatedNode.open(place, in: folder)
        try await node.whenFresh()
        let blocker = try PostgresLink(place).connection()
        try blocker.send("SET idle_in_transaction_session_timeout = 0")
        try blocker.send("BEGIN")
        try blocker.send("LOCK TABLE ssh_key IN ACCESS EXCLUSIVE MODE")
        try blocker.settle()
        node.store.follower.discard()
        while !node.notes.all.contains(where: { $0.hasPrefix("filling") }) {
            try Task.checkCancellation()
            await Task.yield()
        }
        let made = try await node.store.write { transaction throws(MusterError) in
            let draft = UserDraft(username: Username(stored: "jane@example.com"))
            return try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
        }
        #expect(!node.notes.all.contains { $0.hasPrefix("lost") }, "\(node.notes.all)")
        #expect(!node.notes.all.contains { $0.hasPrefix("filled") }, "\(node.notes.all)")
        blocker.rollBack()
        try await node.whenFresh()
        let found = try await node.store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.id(made.id))
        }
        #expect(found?.username.text == "jane@example.com")
        try await node.close()
    }

    @Test(
        "one that lacks many changes waits for them longer than for few, and does not begin again and again",
        .timeLimit(.minutes(10))
    )
    func farBehind() async throws {
        var (_, place, folder) = try await makeClosed()
        try run(
            """
            SELECT begin_group();
            INSERT INTO change_row (position, "table", number)
            SELECT current_setting('muster.position')::bigint, 'ssh_key', n FROM generate_series(1, 1500) AS n
            """,
            in: place
        )
        // The rows come after more than the time in which an engine that lives has answered anything else.
        place.followPatience = .seconds(20)
        let owner = try PostgresLink(place).connection()
        try owner.send("SET idle_in_transaction_session_timeout = 0")
        try owner.send("BEGIN")
        try owner.send("LOCK TABLE ssh_key IN ACCESS EXCLUSIVE MODE")
        try owner.settle()
        let node = try await ReplicatedNode.open(place, in: folder)
        try await onThread { [place] in
            _ = try PostgresLink(place).connection().rows("SELECT pg_sleep(26)") { _ in 0 }
        }
        owner.rollBack()
        try await node.whenFresh()
        try await node.close()
        #expect(!node.notes.all.contains { $0.hasPrefix("lost") }, "\(node.notes.all)")
        #expect(!node.notes.all.contains { $0.hasPrefix("filled") }, "\(node.notes.all)")
    }

    @Test("one with changes that a failover has dropped")
    func otherHistory() async throws {
        let (_, place, folder) = try await makeClosed()
        try run("UPDATE change_group SET mark = gen_random_uuid()", in: place)
        let told = try await notes(place, folder)
        #expect(
            told.contains { $0.contains("it has changes that the database has not") },
            "\(told)"
        )
        #expect(told.contains { $0.hasPrefix("filled") })
    }

    @Test("one that is ahead of the database")
    func ahead() async throws {
        let (_, place, folder) = try await makeClosed()
        try run(
            "DELETE FROM change_group; DELETE FROM change_row; UPDATE change_count SET position = 0",
            in: place
        )
        let told = try await notes(place, folder)
        #expect(
            told.contains { $0.contains("it has changes that the database has not") },
            "\(told)"
        )
    }

    @Test("one that is older than what the feed still has")
    func trimmed() async throws {
        let (first, place, folder) = try await makeClosed()
        _ = try await first.makeUser("jane@example.com")
        _ = try await first.makeUser("john@example.com")
        try run(
            "DELETE FROM change_group WHERE position < (SELECT max(position) FROM change_group)",
            in: place
        )
        let told = try await notes(place, folder)
        #expect(told.contains { $0.contains("the feed has forgotten") }, "\(told)")
    }

    @Test("one of another directory")
    func otherDirectory() async throws {
        let (_, place, folder) = try await makeClosed()
        try run("UPDATE directory SET uuid = gen_random_uuid()", in: place)
        let told = try await notes(place, folder)
        #expect(told.contains { $0.contains("it is another directory") }, "\(told)")
    }

    @Test("one that is damaged, or was not finished, or is none")
    func damaged() async throws {
        let (_, place, folder) = try await makeClosed()
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .first { $0.hasSuffix(".sqlite") }
        )
        try Data("this is no database, and was never one".utf8)
            .write(to: URL(fileURLWithPath: folder.file(name)))
        try Data("half".utf8)
            .write(to: URL(fileURLWithPath: folder.file("replica-1.sqlite.filling")))
        let told = try await notes(place, folder)
        #expect(told.contains { $0.hasPrefix("filled") }, "\(told)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left.filter { $0.hasSuffix(".sqlite") || $0.hasSuffix(".filling") }.count == 1)
        #expect(!left.contains(name))
    }

    @Test("a file of a copy is its owner's alone")
    func modes() async throws {
        let (_, _, folder) = try await makeClosed()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            #expect(try folder.permissions(name) == 0o600, "\(name)")
        }
    }
}

/// A folder in which nothing can be kept.
private struct NoFolder: ReplicaFolder {
    func open() -> (any DirectoryReplica)? { nil }

    func fill(
        to place: FeedPlace,
        unless isOver: @escaping @Sendable () -> Bool,
        _ body: (any ReplicaWriter) throws(MusterError) -> Void
    ) throws(MusterError) -> any DirectoryReplica {
        throw MusterError(.storeUnavailable, "There is no room.")
    }
}

@Suite("A node whose copy is not there does what was set")
struct StaleTests {
    private func open(
        _ rule: StaleRule,
        _ place: PostgresPlace? = nil
    ) async throws -> ReplicatedStore {
        let server = try PostgresServer.shared.get()
        return ReplicatedStore(
            try await server.open(try place ?? server.makePlace()),
            as: FeedNode(name: "test", version: "0"),
            in: NoFolder(),
            whenStale: rule
        )
    }

    private func look(
        _ store: ReplicatedStore,
        _ extent: ReadExtent = .bounded
    ) async throws -> Int64 {
        try await store.read(extent) { reader throws(MusterError) in try reader.revision() }
    }

    @Test("it asks the database")
    func asks() async throws {
        let store = try await open(.ask)
        #expect(try await look(store) == 0)
        #expect(store.follower.fresh == nil)
        #expect(store.figures.replica?.passed == 1)
        try await store.close()
    }

    @Test(
        "it asks none that cannot commit, but where that is trusted, neither for a look-up nor for a list",
        .timeLimit(.minutes(10)),
        arguments: [ReadExtent.bounded, .unbounded]
    )
    func unproven(_ extent: ReadExtent) async throws {
        let server = try PostgresServer.shared.get()
        let place = try server.makePlace()
        let careful = try await open(.ask, place)
        let trusting = try await open(.trust, place)
        var impatient = place
        impatient.lookPatience = .seconds(2)
        let late = try await open(.ask, impatient)
        // As for a standby that is gone, or serves in the server's place: questions are answered, and commits are not.
        let blocker = try PostgresLink(place).connection()
        try blocker.send("SET idle_in_transaction_session_timeout = 0")
        try blocker.send("BEGIN")
        try blocker.send("LOCK TABLE node IN SHARE MODE")
        try blocker.settle()
        var isTold = false
        while !isTold {
            try Task.checkCancellation()
            let error = await #expect(throws: MusterError.self) { _ = try await look(late, extent) }
            #expect(error?.code == .storeUnavailable)
            // On a busy machine the question itself may not be answered in time.
            isTold = error?.details["retry_after_seconds"] == "1"
        }
        #expect(try await look(trusting, extent) == 0)
        // One that waits long enough is answered once a commit is.
        async let answer = look(careful, extent)
        blocker.rollBack()
        #expect(try await answer == 0)
        while (try? await look(late, extent)) == nil {
            try Task.checkCancellation()
            await Task.yield()
        }
        for store in [careful, trusting, late] { try await store.close() }
    }

    @Test("a connection that broke while nobody asked costs nobody an answer")
    func brokenProof() async throws {
        let server = try PostgresServer.shared.get()
        let shared = try server.makePlace()
        try await server.open(shared).close()
        var place = PostgresPlace(
            address: try PostgresAddress(
                "host=\(server.folder) user=muster dbname=muster connect_timeout=300 "
                    + "application_name=\(shared.schema)"
            ),
            schema: shared.schema,
            lock: shared.lock
        )
        place.lookPatience = .seconds(300)
        let living = try PostgresLink(shared).connection().server
        let proof = LivingProof(place, FeedNode(name: "test", version: "0"))
        #expect(await proof.isLiving(living, at: .now))
        let ended = try server.connection("postgres").rows(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = ? AND query LIKE 'INSERT INTO node %'
            """,
            [shared.schema]
        ) { $0[0] as Bool }
        #expect(ended == [true])
        // What was committed before does not speak for what is asked as late as this.
        #expect(await proof.isLiving(living, at: .now + ReplicaFollower.bound))
        proof.close()
    }

    @Test("a refusal by a database that cannot commit is none", .timeLimit(.minutes(10)))
    func unprovenRefusal() async throws {
        var place = try PostgresServer.shared.get().makePlace()
        place.lookPatience = .seconds(2)
        let store = try await open(.ask, place)
        let refuse = {
            await failure {
                try await store.read(.bounded) { _ throws(MusterError) -> Void in throw .noSuchUser
                }
            }
        }
        // On a busy machine a commit may take longer than is waited for it, and the next one does not.
        while await refuse()?.code != MusterError.noSuchUser.code {
            try Task.checkCancellation()
            await Task.yield()
        }
        let blocker = try PostgresLink(place).connection()
        try blocker.send("SET idle_in_transaction_session_timeout = 0")
        try blocker.send("BEGIN")
        try blocker.send("LOCK TABLE node IN SHARE MODE")
        try blocker.settle()
        // For a moment the commit of before speaks for it.
        while let error = await refuse(), error.code != .storeUnavailable {
            #expect(error.code == MusterError.noSuchUser.code)
            try Task.checkCancellation()
        }
        blocker.rollBack()
        try await store.close()
    }

    @Test("or refuses, with the time after which to ask again")
    func refuses() async throws {
        let store = try await open(.refuse)
        let error = await #expect(throws: MusterError.self) { _ = try await look(store) }
        #expect(error?.code == .storeUnavailable)
        #expect(error?.details["retry_after_seconds"] == "1")
        #expect(
            error?.message
                == "This node does not hear its database at present. Ask again in a moment, or another node."
        )
        // Changes are not its copy's to refuse.
        try await store.write { transaction throws(MusterError) in
            try transaction.forgetSentCodes(before: FixedClock.start)
        }
        try await store.close()
    }
}
