import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Synchronization
import Testing

@testable import MusterPostgres
@testable import MusterSQLite

@Suite("A copy beside a node is as the directory is")
struct FollowTests {
    /// A directory on a node without a copy, and another node of it with one.
    private func makeNodes() async throws -> (first: TestDirectory, second: ReplicatedNode) {
        let place = try PostgresServer.shared.get().makePlace()
        let first = try await TestDirectory(
            store: try await PostgresServer.shared.get().open(place)
        )
        let second = try await ReplicatedNode.open(place)
        try await second.whenFresh()
        return (first, second)
    }

    private func name(_ id: UserID, by node: ReplicatedNode) throws -> String? {
        try #require(node.store.follower.copy).readNow { reader throws(MusterError) in
            try reader.user(.id(id))?.username.text
        }.result
    }

    /// Compares all tables of a copy with those of the database.
    private func requireSame(_ node: ReplicatedNode) async throws {
        try await #require(node.store.follower.catchUp())
        let files = try FileManager.default.contentsOfDirectory(atPath: node.folder.path)
        let name = try #require(files.first { $0.hasSuffix(".sqlite") })
        let copy = try SQLiteHandle(lookingAt: node.folder.file(name))
        let link = PostgresLink(node.store.origin.place)
        let tables = PostgresTables(try link.connection(), node.store.origin.place.schema)
        for replicated in ReplicatedTable.all {
            let table = replicated.table
            var expected = try tables.rows(of: table, after: nil, limit: 10_000)
            if let place = replicated.blankPlace {
                for row in expected.indices { expected[row][place] = .text("") }
            }
            let found = try copy.storedRows(of: table, nil, 10_000)
            #expect(found == expected, "\(replicated.feedName)")
        }
        let counts = try copy.rows(
            """
            SELECT count(*) FROM user
            WHERE factor_count <> (
                SELECT count(*) FROM factor WHERE user_id = user.id AND tries_left IS NULL
            )
            """
        ) { $0[0] as Int }
        #expect(counts == [0])
        link.drop()
    }

    @Test("what one node has acknowledged is in the copy of another once that has looked")
    func follows() async throws {
        let (first, second) = try await makeNodes()
        let user = try await first.makeUser("jane@example.com")
        try await #require(second.store.follower.catchUp())
        #expect(try name(user.id, by: second) == "jane@example.com")
        try await first.directory.store.write { transaction throws(MusterError) in
            try transaction.deleteUser(user.id)
        }
        try await #require(second.store.follower.catchUp())
        #expect(try name(user.id, by: second) == nil)
    }

    @Test("what the copy does not know yet is found all the same by whoever would be refused")
    func refusalsAreAskedAgain() async throws {
        let (first, second) = try await makeNodes()
        for round in 0..<32 {
            let user = try await first.makeUser("user\(round)@example.com")
            let found = try await second.read(.bounded) { reader throws(MusterError) in
                guard let found = try reader.user(.id(user.id)) else {
                    throw MusterError(.userNotFound, "There is none.")
                }
                return found.username.text
            }
            #expect(found == "user\(round)@example.com")
            let other = try await first.makeUser("other\(round)@example.com")
            // Also where nothing is thrown because of it.
            let name = try await second.read(.bounded) { reader throws(MusterError) in
                try reader.user(.id(other.id))?.username.text
            }
            #expect(name == "other\(round)@example.com")
        }
    }

    @Test("a node's own changes are in its copy when they are acknowledged")
    func ownChanges() async throws {
        let (_, second) = try await makeNodes()
        for round in 0..<32 {
            let user = try await second.write { transaction throws(MusterError) in
                try transaction.insertUser(
                    UserDraft(username: Username(stored: "own\(round)"), role: .standard),
                    uuid: UUID(),
                    at: FixedClock.start
                )
            }
            #expect(try name(user.id, by: second) == "own\(round)")
        }
        #expect(second.notes.all.filter { $0.contains("filled") }.count == 1)
    }

    @Test(
        "users who swap names in one change, groups, factors and all that goes with a user come over"
    )
    func everything() async throws {
        let (first, second) = try await makeNodes()
        let store = first.directory.store
        let (jane, john) = (
            try await first.makeUser("jane@example.com"),
            try await first.makeUser("john@example.com", role: .administrator)
        )
        try await store.write { transaction throws(MusterError) in
            var (one, other) = (jane, john)
            one.username = Username(stored: "between")
            try transaction.updateUser(one, at: FixedClock.start)
            other.username = jane.username
            try transaction.updateUser(other, at: FixedClock.start)
            one.username = john.username
            try transaction.updateUser(one, at: FixedClock.start)
        }
        try await requireSame(second)
        #expect(try name(jane.id, by: second) == "john@example.com")
        try await store.write { transaction throws(MusterError) in
            let group = try transaction.insertGroup(
                uuid: UUID(),
                name: "Night shift",
                isManagedBySAML: nil,
                externalID: nil,
                at: FixedClock.start
            )
            for user in [jane, john] { _ = try transaction.addMember(user.id, to: group.id) }
            _ = try transaction.insertFactor(
                .timeCode(TimeCodeSecret(key: Secret([UInt8](repeating: 1, count: 20)))),
                of: jane.id,
                label: "Telephone",
                at: FixedClock.start
            )
        }
        try await requireSame(second)
        try await store.write { transaction throws(MusterError) in
            try transaction.deleteUser(jane.id)
        }
        try await requireSame(second)
    }

    @Test("what is changed by hand in the database comes over, too")
    func byHand() async throws {
        let (first, second) = try await makeNodes()
        let user = try await first.makeUser("jane@example.com")
        let connection = try PostgresServer.shared.get().connection()
        let schema = second.store.origin.place.schema
        try connection.runScript(
            StatementText(
                stringLiteral: "UPDATE \"\(schema)\".\"user\" SET username = 'janet' WHERE id = "
                    + "\(user.id.rawValue)"
            )
        )
        try await #require(second.store.follower.catchUp())
        #expect(try name(user.id, by: second) == "janet")
        try await requireSame(second)
    }

    /// Has users come to a node at the same moment, so that many of them are made together.
    ///
    /// Each is looked for when it is answered.
    private func insertTogether(_ names: [String], at node: ReplicatedNode) async throws {
        try await withThrowingTaskGroup(of: UserID.self) { tasks in
            for name in names {
                tasks.addTask {
                    try await node.write { transaction throws(MusterError) in
                        try transaction.insertUser(
                            UserDraft(username: Username(stored: name)),
                            uuid: UUID(),
                            at: FixedClock.start
                        )
                    }.id
                }
            }
            for try await id in tasks { #expect(try self.name(id, by: node) != nil) }
        }
    }

    private func handed(_ node: ReplicatedNode) -> UInt64 {
        node.store.follower.handed.load(ordering: .relaxed)
    }

    @Test("users who come together are in their node's copy as they are, without a look for them")
    func together() async throws {
        let (_, second) = try await makeNodes()
        var round = 0
        // Some are found by a look that was under way.
        while handed(second) < 4, round < 200 {
            round += 1
            let names = (0..<32).map { [round] in "user\($0)@\(round).example" }
            try await insertTogether(names, at: second)
        }
        #expect(handed(second) >= 4)
        try await requireSame(second)
        #expect(second.notes.all.filter { $0.contains("filled") }.count == 1)
    }

    @Test("two nodes to which users come at the same moment have copies as the directory is")
    func bothTogether() async throws {
        let place = try PostgresServer.shared.get().makePlace()
        let first = try await ReplicatedNode.open(place)
        _ = try await TestDirectory(store: first)
        let second = try await ReplicatedNode.open(place)
        for node in [first, second] { try await node.whenFresh() }
        // The first may have been filled before there was a directory, and again with that.
        let fills = [first, second].map { $0.notes.all.filter { $0.contains("filled") }.count }
        for round in 0..<16 {
            async let one: Void = insertTogether(
                (0..<16).map { "one\($0)@\(round).example" },
                at: first
            )
            async let other: Void = insertTogether(
                (0..<16).map { "other\($0)@\(round).example" },
                at: second
            )
            _ = try await (one, other)
        }
        for (node, before) in zip([first, second], fills) {
            try await requireSame(node)
            let notes = node.notes.all
            #expect(notes.filter { $0.contains("filled") }.count == before, "\(notes)")
        }
    }

    @Test("what a trigger of somebody's own changes along with users who come together comes over")
    func ownTrigger() async throws {
        let (first, second) = try await makeNodes()
        let user = try await first.makeUser("jane@example.com")
        let connection = try PostgresLink(second.store.origin.place).connection()
        try connection.runScript(
            """
            CREATE FUNCTION count_along() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE "user" SET name = NEW.username WHERE id = \(number: Int(user.id.rawValue));
                RETURN NULL;
            END $$;
            CREATE TRIGGER counted_along AFTER INSERT ON "user" FOR EACH ROW EXECUTE FUNCTION count_along()
            """
        )
        for round in 0..<4 {
            let names = (0..<32).map { "user\($0)@\(round).example" }
            try await insertTogether(names, at: second)
        }
        #expect(handed(second) == 0)
        try await requireSame(second)
    }

    @Test("a copy goes on only by the group that is the next one of its own history")
    func history() {
        let (directory, mark) = (UUID(), UUID())
        let group = OwnGroup(
            position: 7,
            mark: UUID(),
            markBefore: mark,
            users: [],
            directory: []
        )
        func after(_ position: Int64, _ mark: UUID?) -> FeedPlace? {
            group.place(after: FeedPlace(directory: directory, position: position, mark: mark))
        }
        let next = FeedPlace(directory: directory, position: 7, mark: group.mark)
        #expect(after(6, mark) == next)
        #expect(after(5, mark) == nil && after(7, mark) == nil)
        #expect(after(6, UUID()) == nil && after(6, nil) == nil)
    }

    @Test("whoever hands a group to a copy that does not follow is answered at once")
    func nobodyFollows() throws {
        let key = MasterKey.random()
        let follower = ReplicaFollower(
            PostgresPlace(address: try PostgresAddress("host=/nowhere dbname=none")),
            FeedNode(name: "test", version: "0"),
            ReplicaFiles(
                folder: "/nowhere",
                sealer: SodiumSealer(key),
                digester: SystemDigester(key)
            ),
            { _ in }
        )
        let answered = Atomic<Int64>(0)
        let group = OwnGroup(
            position: 7,
            mark: UUID(),
            markBefore: UUID(),
            users: [],
            directory: []
        )
        follower.take(group, [{ answered.store($0 ?? 0, ordering: .relaxed) }])
        #expect(answered.load(ordering: .relaxed) == 7)
        #expect(!follower.hasOwn)
    }

    @Test("what nobody has told of is found by looking", .timeLimit(.minutes(10)))
    func untold() async throws {
        let (first, second) = try await makeNodes()
        let user = try await first.makeUser("jane@example.com")
        let place = second.store.origin.place
        let connection = try PostgresLink(place).connection()
        // A group of changes whose word was lost, as in a failover.
        try connection.send("BEGIN")
        try connection.send("SELECT pg_advisory_xact_lock(?::bigint)", [place.lock])
        try connection.send(
            """
            WITH next AS (
                UPDATE change_count SET position = position + 1 WHERE id = 1 RETURNING position
            ), made AS (
                INSERT INTO change_group (position, node, number, mark)
                SELECT position, gen_random_uuid(), 0, gen_random_uuid() FROM next
                RETURNING position
            )
            SELECT set_config('muster.position', position::text, true) FROM made
            """
        )
        try connection.send(
            "UPDATE \"user\" SET username = 'janet' WHERE id = ?",
            [user.id.rawValue]
        )
        #expect(try connection.finish("COMMIT") == "COMMIT")
        while try name(user.id, by: second) != "janet" {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test("the copy knows whoever has bound with a password, and what has ended that since")
    func passwordHolders() async throws {
        let (first, second) = try await makeNodes()
        let user = try await first.makeUser("jane@example.com")
        let later = first.clock.now().advanced(by: .seconds(60))
        func holder() async throws -> PasswordHolder? {
            try await #require(second.store.follower.catchUp())
            let copy = try #require(second.store.follower.copy)
            let (found, sight) = try copy.readNow { reader throws(MusterError) in
                try reader.passwordHolder(user.id)
            }
            #expect(sight == (found == nil ? .missing : .whole))
            return found
        }
        let found = try #require(try await holder())
        #expect(found.owner.username.text == "jane@example.com")
        #expect(found.changedAt == first.clock.now() && !found.isTemporary && !found.hasFactor)
        try await first.directory.store.write { transaction throws(MusterError) in
            try transaction.stampPassword(of: user.id, at: later)
        }
        #expect(try await holder()?.changedAt == later)
        try await first.directory.store.write { transaction throws(MusterError) in
            try transaction.deleteUser(user.id)
        }
        #expect(try await holder() == nil)
    }

    @Test("no hash of a password is in the copy")
    func noHashes() async throws {
        let (first, second) = try await makeNodes()
        let user = try await first.makeUser("jane@example.com")
        let hash = try #require(
            try await first.directory.store.read(.bounded) { reader throws(MusterError) in
                try reader.password(of: user.id)?.hash.text
            }
        )
        try await requireSame(second)
        let error = #expect(throws: MusterError.self) {
            try second.store.follower.copy?.readNow { reader throws(MusterError) in
                try reader.password(of: user.id)
            }
        }
        #expect(error?.cause is NotInReplica)
        for name in try FileManager.default.contentsOfDirectory(atPath: second.folder.path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: second.folder.file(name)))
            #expect(bytes.range(of: Data(hash.utf8)) == nil, "\(name)")
        }
        // Whoever asks through the store is answered by the database.
        let found = try await second.read(.bounded) { reader throws(MusterError) in
            try reader.password(of: user.id)?.hash.text
        }
        #expect(found == hash)
        // Also whoever makes something of the refusal.
        let told = try await second.read(.bounded) { reader throws(MusterError) in
            do throws(MusterError) { return try reader.password(of: user.id)?.hash.text } catch {
                return error.message
            }
        }
        #expect(told == hash)
    }
}
