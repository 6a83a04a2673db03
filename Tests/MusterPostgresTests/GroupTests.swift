import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Synchronization
import Testing

@testable import MusterPostgres

@Suite("Changes that are committed together send little, and each sees those before it")
struct GroupTests {
    typealias Body = @Sendable (any DirectoryTransaction) throws(MusterError) -> Void

    private let store: PostgresStore
    private let server: PostgresServer
    private let place: PostgresPlace

    init() async throws {
        server = try PostgresServer.shared.get()
        place = try server.makePlace()
        store = try await server.open(place)
    }

    /// Creates a user, with its record; for a caller who is looked up before, if so.
    private func create(_ name: String, asking: Bool = false) -> Body {
        { transaction throws(MusterError) in
            if asking { _ = try transaction.user(.username("nobody@example.com")) }
            let draft = UserDraft(username: Username(stored: name), name: "Name of \(name)")
            _ = try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
            try transaction.appendAuditEvent(Self.event(name))
        }
    }

    /// The same change, which notes the revision that it leads to.
    private func telling(_ body: @escaping Body, _ noted: Noted) -> Body {
        { transaction throws(MusterError) in
            try body(transaction)
            let revision = try transaction.revision()
            noted.counts.withLock { $0.append(Int(revision)) }
        }
    }

    private static func event(_ name: String) -> AuditEvent {
        AuditEvent(
            id: Hex.text((0..<16).map { _ in UInt8.random(in: .min ... .max) }),
            at: FixedClock.start,
            action: .userCreate,
            isFailure: false,
            actor: nil,
            impersonated: nil,
            address: nil,
            requestID: "request",
            target: AuditParty(kind: .user, uuid: UUID(), name: name),
            fields: []
        )
    }

    /// Makes changes as one group, and returns what came of each, and how often the engine was waited for.
    private func make(
        _ bodies: [Body],
        on link: PostgresLink,
        _ number: Int64 = 1
    ) async throws -> (refusals: [MusterError?], trips: Int) {
        let noted = Noted()
        let sealer = SodiumSealer(server.key)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (place, body) in bodies.enumerated() {
                tasks.addTask {
                    let outcome: Result<Void, MusterError> = await withCheckedContinuation { done in
                        let change = PostgresChange(
                            sealer: sealer,
                            done: { outcome, _ in done.resume(returning: outcome) },
                            body
                        )
                        noted.changes.withLock { $0[place] = change }
                    }
                    guard case .failure(let error) = outcome else { return }
                    noted.refusals.withLock { $0[place] = error }
                }
            }
            while noted.changes.withLock({ $0.count }) < bodies.count { await Task.yield() }
            let changes = noted.changes.withLock { changes in
                bodies.indices.compactMap { changes[$0] }
            }
            let made = Result { () throws -> Int in
                let connection = try link.connection()
                let before = connection.trips
                let group = PostgresGroup(place: place, node: UUID(), number: number)
                let outcome = try group.make(
                    changes,
                    on: link,
                    within: WaitBudget(.seconds(120))
                )
                for answer in outcome.answers { answer(outcome.position) }
                return connection.trips - before
            }
            if case .failure = made {
                for change in changes { change.refuse(.duplicateUsername) }
            }
            try await tasks.waitForAll()
            let refusals = noted.refusals.withLock { $0 }
            return (bodies.indices.map { refusals[$0] }, try made.get())
        }
    }

    private func names() async throws -> [String] {
        try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.users(UserQuery(limit: 100)).map(\.username.text)
        }
    }

    private func targets() async throws -> [String?] {
        try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.auditEvents(AuditQuery(limit: 100)).map(\.target?.name)
        }
    }

    @Test("many users are two trips after a group of users: reading, and writing with the commit")
    func trips() async throws {
        let link = PostgresLink(place.forChanges)
        defer { link.drop() }
        let first = (1...8).map { "user\($0)@example.com" }
        let later = (9...24).map { "user\($0)@example.com" }
        let bodies = { [create] (names: [String]) in
            names.enumerated().map { create($1, $0 == 0) }
        }
        #expect(try await make(bodies(first), on: link).trips == 3, "numbers are waited for")
        #expect(try await make(bodies(later), on: link).trips == 2)
        #expect(try await names() == first + later)
        #expect(try await targets() == first + later)
        let ids = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.users(UserQuery(limit: 100)).map(\.id.rawValue)
        }
        #expect(ids == ids.sorted() && Set(ids).count == 24)
    }

    @Test("what revision each change leads to costs no trip")
    func revisions() async throws {
        let noted = Noted()
        let link = PostgresLink(place.forChanges)
        defer { link.drop() }
        var trips: [Int] = []
        for round in 1...2 {
            let bodies = (0..<3).map {
                telling(create("user\($0)@\(round).example", asking: $0 == 0), noted)
            }
            trips.append(try await make(bodies, on: link).trips)
        }
        #expect(trips == [3, 2])
        // There is no directory in which it would grow from one group to the next.
        #expect(noted.counts.withLock { $0 } == [1, 2, 3, 1, 2, 3])
    }

    @Test("when groups were changed is written of many without a trip for each")
    func groupsChanged() async throws {
        let groups = try await store.write { transaction throws(MusterError) in
            try (1...40).map { number throws(MusterError) in
                try transaction.insertGroup(
                    uuid: UUID(),
                    name: "Group \(number)",
                    isManagedBySAML: nil,
                    externalID: nil,
                    at: FixedClock.start
                )
            }
        }
        let link = PostgresLink(place.forChanges)
        defer { link.drop() }
        var trips: [Int] = []
        for count in [1, 40] {
            let changed = groups.prefix(count).map { group in
                var group = group
                group.changedAt = FixedClock.start.advanced(by: .seconds(count))
                return group
            }
            let body: Body = { transaction throws(MusterError) in
                try transaction.setChangeTimes(of: changed)
            }
            trips.append(try await make([body], on: link, Int64(count)).trips)
            let found = try await store.read(.unbounded) { reader throws(MusterError) in
                try reader.groups()
            }
            #expect(found == changed + groups.dropFirst(count))
        }
        #expect(trips[0] == trips[1])
    }

    @Test(
        "a user who comes alone is two trips after another one, and refused where the name is taken"
    )
    func alone() async throws {
        let link = PostgresLink(place.forChanges)
        defer { link.drop() }
        var trips: [Int] = []
        for number in 1...3 {
            let body = create("user\(number)@example.com", asking: true)
            trips.append(try await make([body], on: link, Int64(number)).trips)
        }
        #expect(trips == [3, 2, 2])
        let body = create("USER1@example.com", asking: true)
        #expect(
            try await make([body], on: link, 4).refusals.map { $0?.code } == [.userAlreadyExists]
        )
        // Also where the change goes on to read, and learns of it there.
        let reading: Body = { [create] transaction throws(MusterError) in
            try create("USER2@example.com", false)(transaction)
            _ = try transaction.userCount()
        }
        #expect(
            try await make([reading], on: link, 5).refusals.map { $0?.code } == [.userAlreadyExists]
        )
        let names = (1...3).map { "user\($0)@example.com" }
        #expect(try await self.names() == names)
        #expect(try await targets() == names)
    }

    @Test("whoever may take no numbers ahead makes users all the same, alone and with others")
    func withoutNumbers() async throws {
        let link = PostgresLink(place.forChanges)
        defer { link.drop() }
        try link.connection().runScript("REVOKE ALL ON SEQUENCE user_id_seq FROM muster")
        let names = (1...3).map { "user\($0)@example.com" }
        let one = try await make([create(names[0])], on: link).refusals
        let others = try await make(names[1...].map { create($0) }, on: link, 2).refusals
        #expect((one + others).allSatisfy { $0 == nil })
        #expect(try await self.names() == names)
        #expect(try await targets() == names)
    }

    @Test("what a change has added is seen by those after it, and by itself")
    func seen() async throws {
        let noted = Noted()
        let count: Body = { transaction throws(MusterError) in
            let count = try transaction.userCount()
            noted.counts.withLock { $0.append(count) }
        }
        let both: Body = { [create] transaction throws(MusterError) in
            try create("third@example.com", false)(transaction)
            try count(transaction)
        }
        let two = [create("first@example.com"), create("second@example.com")]
        let (refusals, _) = try await make(
            two + [count, both, count],
            on: PostgresLink(place.forChanges)
        )
        #expect(refusals.allSatisfy { $0 == nil })
        #expect(noted.counts.withLock { $0 } == [2, 3, 3])
    }

    @Test("of users who come together one whose name is taken is refused alone")
    func taken() async throws {
        let names = ["one@example.com", "two@example.com", "ONE@example.com", "four@example.com"]
        let (refusals, _) = try await make(
            names.map { create($0) },
            on: PostgresLink(place.forChanges)
        )
        #expect(refusals.map { $0?.code } == [nil, nil, .userAlreadyExists, nil])
        let left = [names[0], names[1], names[3]]
        #expect(try await self.names() == left)
        #expect(try await targets() == left)
    }

    @Test("a change that fails after it has added rows leaves none of them, and the others stand")
    func failed() async throws {
        let failing: Body = { [create] transaction throws(MusterError) in
            try create("gone@example.com", false)(transaction)
            throw .noSuchUser
        }
        let (refusals, _) = try await make(
            [create("one@example.com"), failing, create("two@example.com")],
            on: PostgresLink(place.forChanges)
        )
        #expect(refusals.map { $0?.code } == [nil, MusterError.noSuchUser.code, nil])
        #expect(try await names() == ["one@example.com", "two@example.com"])
        #expect(try await targets() == ["one@example.com", "two@example.com"])
    }

    @Test("whoever has changed something is told where among the groups that stands")
    func position() async throws {
        let first = try await store.writeInGroup(create("one@example.com")).position
        let second = try await store.writeInGroup(create("two@example.com")).position
        #expect(second == first + 1)
        let nothing = try await store.writeInGroup { _ in }.position
        #expect(nothing == second, "as far as this node has told anybody")
    }

    @Test("however many statements wait for their answers, one that is asked for an answer has it")
    func full() async throws {
        let connection = try PostgresLink(place).connection()
        for waiting in 500...516 {
            for _ in 0..<waiting { try connection.send("SELECT 1") }
            let found = try connection.rows("SELECT ?::bigint", [Int64(waiting)]) { $0[0] as Int64 }
            #expect(found == [Int64(waiting)])
        }
        connection.close()
    }
}

/// What becomes of changes, by their places.
private final class Noted: Sendable {
    let changes = Mutex<[Int: PostgresChange]>([:])
    let refusals = Mutex<[Int: MusterError]>([:])
    let counts = Mutex<[Int]>([])
}
