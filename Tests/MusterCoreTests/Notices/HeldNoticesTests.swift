import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What users are not told of at once", .everyStore)
struct HeldNoticesTests {
    private let test: TestDirectory
    private let user: User

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
    }

    private var notices: [Notice] { test.codes.notices }

    private func rotate(_ times: Int) async throws {
        for _ in 1...times {
            _ = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        }
    }

    private func heldBack() async throws -> [AuditEvent] {
        try await test.auditEvents().filter { $0.action == .messageDeliver }
    }

    private func edit(
        _ build: (inout UserChanges) -> Void
    ) async throws {
        let changes = UserChanges(build)
        _ = try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in changes
        }
    }

    @Test("they are told of together an hour later, and the audit log says so at once")
    func together() async throws {
        try await rotate(5)
        #expect(notices.count == NoticeBudget.hourly)
        try await test.directory.settleNotices()
        let events = try await heldBack()
        #expect(events.map(\.target) == [AuditParty(user)])
        #expect(events.map(\.isFailure) == [true])
        let fields = events.first?.fields ?? []
        #expect(fields.contains(AuditField("purpose", "api_keys_replaced")))
        #expect(fields.contains(AuditField("count", "2")))
        test.clock.advance(by: HeldNotices.wait - .seconds(1))
        try await test.directory.settleNotices()
        #expect(notices.count == NoticeBudget.hourly)
        test.clock.advance(by: .seconds(1))
        for _ in 1...2 { try await test.directory.settleNotices() }
        #expect(notices.count == NoticeBudget.hourly + 1)
        let last = try #require(notices.last)
        #expect(last.purpose == .several && last.recipient == "jane@example.com")
        #expect(last.text.hasSuffix("New API keys were made for your Muster account (2 times)."))
        #expect(try await heldBack().count == 1)
    }

    @Test("what cannot be handed over is told with the next sweep, and all when the server stops")
    func laterStill() async throws {
        try await rotate(4)
        test.clock.advance(by: HeldNotices.wait)
        test.codes.setRefusing(true)
        try await test.directory.settleNotices()
        test.codes.setRefusing(false)
        try await test.directory.settleNotices()
        #expect(notices.last?.purpose == .several)
        try await rotate(4)
        try await test.directory.settleNotices(all: true)
        #expect(notices.count { $0.purpose == .several } == 2)
    }

    @Test("what the audit log could not be told of is told to it with the next sweep, once")
    func recordedLater() async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        let user = try await test.makeUser("jane@example.com")
        for _ in 1...NoticeBudget.hourly + 2 {
            _ = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        }
        store.failWrites(1)
        let refused = await failure { try await test.directory.settleNotices() }
        #expect(refused?.code == .storeUnavailable)
        for _ in 1...2 { try await test.directory.settleNotices() }
        let events = try await test.auditEvents().filter { $0.action == .messageDeliver }
        #expect(events.map(\.target) == [AuditParty(user)])
        #expect(events.first?.fields.contains(AuditField("count", "2")) == true)
    }

    @Test("whoever changes very many silences nothing of what is done to who administers users")
    func crowd() async throws {
        let root = try await test.makeUser("root@example.com", role: .administrator)
        for number in 1...NoticeBudget.othersHourly + 1 {
            let someone = try await test.users.create(by: test.asAdministrator) {
                () throws(MusterError) in
                (UserDraft(username: try Username("user\(number)@example.com")), nil)
            }
            _ = try await test.keys.rotate(.user(.id(someone.id)), by: test.asAdministrator)
        }
        #expect(notices.count == NoticeBudget.othersHourly)
        _ = try await test.keys.rotate(.user(.id(root.id)), by: test.asAdministrator)
        #expect(notices.last?.recipient == "root@example.com")
        let other = try await test.asUser(root)
        _ = try await test.keys.rotate(.user(.id(user.id)), by: other)
        #expect(notices.last?.recipient == "jane@example.com")
    }

    @Test("more rights, a longer stay and being enabled again are told; less of them is not")
    func opened() async throws {
        try await edit { $0.role = .scanManager }
        try await edit { $0.writeMask = 1 }
        try await edit { $0.inactivityTimeout = .seconds(600) }
        try await edit { $0.inactivityTimeout = .zero }
        try await edit { $0.expiry = .at(FixedClock.start.advanced(by: .seconds(86_400))) }
        try await edit { $0.expiry = .never }
        try await edit { $0.isEnabled = false }
        try await edit { $0.isEnabled = true }
        try await edit { $0.role = .basic }
        try await edit { $0.writeMask = 0 }
        #expect(
            notices.map(\.purpose) == [
                .rightsRaised, .rightsRaised, .stayLengthened, .stayLengthened, .enabled,
            ]
        )
        #expect(notices.first?.text == "Your account was given more rights by an administrator.")
    }

    @Test("what is held back is bounded, and what finds no room is counted")
    func bound() {
        let held = HeldNotices()
        for number in 1...HeldNotices.limit + 3 {
            var other = user
            other.email = "user\(number)@example.com"
            held.note(
                AccountChange(of: other, by: test.asAdministrator, [.keysReplaced]),
                at: FixedClock.start
            )
        }
        let (first, lost) = held.takeUnrecorded(most: HeldNotices.limit + 3)
        #expect(first.count == HeldNotices.limit && lost == 3)
        #expect(held.takeUnrecorded(most: 1).held.isEmpty)
        held.giveBack(unrecorded: first, lost: lost)
        let (again, lostAgain) = held.takeUnrecorded(most: HeldNotices.limit + 3)
        #expect(again.count == HeldNotices.limit && lostAgain == 3)
    }
}
