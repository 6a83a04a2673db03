import FoundationEssentials
import MusterCore
import MusterSQLite
import MusterTesting
import Testing

@Suite("Committing in groups")
struct GroupCommitTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    @Test("a crowd of changes is answered, and on disk after the file is opened again")
    func crowd() async throws {
        let store = try folder.open()
        let count = 1500
        let users = try await withThrowingTaskGroup(of: User.self) { group in
            for number in 0..<count {
                group.addTask { try await store.insert("user\(number)@example.com") }
            }
            return try await group.reduce(into: [User]()) { $0.append($1) }
        }
        #expect(Set(users.map(\.id)).count == count)
        try store.close()
        let reopened = try folder.open()
        let listed = try reopened.readNow { reader throws(MusterError) in
            try reader.users(UserQuery(limit: UserQuery.maximumLimit))
        }
        #expect(listed == users.sorted { $0.id < $1.id })
    }

    @Test("what was acknowledged is on disk without the file being closed")
    func unclosed() async throws {
        let store = try folder.open()
        let user = try await store.insert("jane@example.com")
        let other = try folder.open()
        let found = try other.readNow { reader throws(MusterError) in try reader.user(.id(user.id))
        }
        #expect(found == user)
        withExtendedLifetime(store) {}
    }

    @Test("changes that one caller makes one after the other are made in that order")
    func order() async throws {
        let store = try folder.open()
        var ids: [UserID] = []
        for number in 0..<50 {
            ids.append(try await store.insert("user\(number)@example.com").id)
        }
        #expect(ids == (2..<52).map { UserID(rawValue: $0) })
    }

    @Test("changes that fail in a crowd leave nothing, and the others are on disk")
    func failures() async throws {
        let store = try folder.open()
        let outcomes = await withTaskGroup(of: MusterError.Code?.self) { group in
            for number in 0..<300 {
                group.addTask { await change(number, in: store)?.code }
            }
            return await group.reduce(into: [MusterError.Code?]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 100)
        #expect(outcomes.count { $0 == .ownAccount } == 100)
        #expect(outcomes.count { $0 == .storeUnavailable } == 100)
        try store.close()
        let names = try folder.open().readNow { reader throws(MusterError) in
            try reader.users(UserQuery(limit: 1000)).map(\.username.text)
        }
        let good = (0..<300).filter { $0 % 3 == 0 }
        #expect(Set(names) == Set(good.map { "user\($0)@example.com" }))
    }

    @Test("a name that is taken spends no number, neither alone nor in a crowd")
    func numbers() async throws {
        let store = try folder.open()
        let first = try await store.insert("jane@example.com")
        #expect(await failure { try await store.insert("JANE@example.com") } != nil)
        let second = try await store.insert("john@example.com")
        #expect(second.id.rawValue == first.id.rawValue + 1)
        let ids = await withTaskGroup(of: Int64?.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let name = number.isMultiple(of: 2) ? "jane" : "user\(number)"
                    return try? await store.insert("\(name)@example.com").id.rawValue
                }
            }
            return await group.reduce(into: Set<Int64>()) { ids, id in
                if let id { ids.insert(id) }
            }
        }
        let next = second.id.rawValue + 1
        #expect(ids == Set(next..<next + 50))
    }

    /// A change of which every third succeeds, one in three throws, and one in three breaks a constraint.
    private func change(_ number: Int, in store: SQLiteStore) async -> MusterError? {
        await failure {
            try await store.write { transaction throws(MusterError) in
                let user = try transaction.insertUser(
                    UserDraft(username: Username(stored: "user\(number)@example.com")),
                    uuid: UUID(),
                    at: FixedClock.start
                )
                switch number % 3 {
                case 0:
                    return
                case 1:
                    throw MusterError(.ownAccount, "no")
                default:
                    try transaction.appendAuditEvent(GroupCommitTests.impossibleEvent(on: user))
                }
            }
        }
    }

    private static func impossibleEvent(on user: User) -> AuditEvent {
        AuditEvent(
            id: "too short",
            at: FixedClock.start,
            action: .userCreate,
            isFailure: false,
            actor: nil,
            impersonated: nil,
            address: nil,
            requestID: "r",
            target: AuditParty(user),
            fields: []
        )
    }

    @Test("an error of the database tells strangers nothing and keeps its cause for operators")
    func errors() async throws {
        let store = try folder.open()
        let refusal = await change(2, in: store)
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.contains("audit_event") == false)
        #expect(refusal?.details.isEmpty == true)
        #expect(refusal?.cause != nil)
    }
}
