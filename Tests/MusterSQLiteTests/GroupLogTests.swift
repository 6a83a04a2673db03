import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Changes of a group leave records and look-ups to each other, and none is the worse for it")
struct GroupLogTests {
    private let folder: StoreFolder
    private let handle: SQLiteHandle
    private let tally = GroupTally(isTogether: true)
    private let sealer = SodiumSealer(MasterKey.random())

    init() throws {
        folder = try StoreFolder()
        try folder.open().close()
        handle = try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
    }

    /// One of the changes of the group.
    private func change(_ tally: GroupTally? = nil) -> SQLiteTransaction {
        SQLiteTransaction(handle, sealer: sealer, tally: tally ?? self.tally)
    }

    private static func event(_ number: Int, at: Timestamp = FixedClock.start) -> AuditEvent {
        AuditEvent(
            id: Hex.text((0..<16).map { _ in UInt8.random(in: .min ... .max) }),
            at: at,
            action: .userCreate,
            isFailure: number.isMultiple(of: 2),
            actor: number.isMultiple(of: 3)
                ? nil : AuditParty(kind: .user, uuid: UUID(), name: "actor\(number)"),
            impersonated: nil,
            address: number.isMultiple(of: 5) ? "192.0.2.1" : nil,
            requestID: "request\(number)",
            target: AuditParty(kind: .user, uuid: UUID(), name: "user\(number)"),
            fields: [AuditField("username", "user\(number)")]
        )
    }

    private static func key(_ name: String) -> StoredAPIKey {
        StoredAPIKey(
            accessKey: name,
            secretDigest: Digest([UInt8](repeating: 1, count: 32)),
            createdAt: FixedClock.start
        )
    }

    @Test(
        "records stand in the log in their order, whole, and with how late they came",
        arguments: [0, 1, 2, 15, 16, 17, 33]
    )
    func order(count: Int) throws {
        let times = (0..<count).map { FixedClock.start.advanced(by: .seconds($0 * 7 % 5)) }
        let events = times.enumerated().map { Self.event($0, at: $1) }
        try handle.inTransaction {
            for event in events { try change().appendAuditEvent(event) }
            try change().writeEvents()
        }
        let found = try change().auditPage(AuditQuery(limit: 100), after: nil).events
        #expect(found == events)
        #expect(try wronglyLate() == [0])
    }

    @Test(
        "many records of one change stand in the log behind those before them, with how late they came",
        arguments: [63, 64, 65, 130]
    )
    func many(count: Int) throws {
        let times = (0..<count).map { FixedClock.start.advanced(by: .seconds($0 * 7 % 5)) }
        let events = times.enumerated().map { Self.event($0, at: $1) }
        let (first, last) = (Self.event(1000), Self.event(1001))
        try handle.inTransaction {
            try change().appendAuditEvent(first)
            try change().appendAuditEvents(events)
            try change().appendAuditEvent(last)
            try change().writeEvents()
        }
        let found = try change().auditPage(AuditQuery(limit: 200), after: nil).events
        #expect(found == [first] + events + [last])
        #expect(try wronglyLate() == [0])
    }

    /// How many records say wrongly how late they came.
    private func wronglyLate() throws -> [Int] {
        try handle.numbers(
            """
            SELECT count(*)
            FROM (SELECT at, late_by, max(at) OVER (ORDER BY id) AS latest FROM audit_event)
            WHERE late_by IS NOT nullif(latest - at, 0)
            """
        )
    }

    @Test("who reads the log in a group finds the records of changes before it")
    func read() throws {
        let events = (0..<3).map { Self.event($0) }
        try handle.inTransaction {
            for event in events { try change().appendAuditEvent(event) }
            #expect(tally.events.count == 3, "they wait for others")
            let count = try change().auditEventCount(AuditQuery(), exactUpTo: 10)
            #expect(count == ListTotal(3) && tally.events.isEmpty)
            try change().appendAuditEvent(events[0])
            let found = try change().auditPage(AuditQuery(limit: 10), after: nil).events
            #expect(found == events + [events[0]])
        }
    }

    @Test("a record is not written once SQLite has ended the transaction that it belongs to")
    func ended() throws {
        try change().appendAuditEvent(Self.event(1))
        #expect(throws: MusterError.self) { try change().writeEvents() }
        let many = (0..<130).map { Self.event($0) }
        #expect(throws: MusterError.self) { try change().appendAuditEvents(many) }
        #expect(try handle.numbers("SELECT count(*) FROM audit_event") == [0])
    }

    @Test("whose key it is is asked once while users are added, and again after any other change")
    func keys() throws {
        let name = String(repeating: "a", count: APIKeyPair.textLength)
        try handle.inTransaction {
            let owner = try add("owner@example.com")
            try change().replaceAPIKey(of: owner.id, with: Self.key(name))
            #expect(try change().apiKey(name)?.owner.username == owner.username)
            _ = try add("jane@example.com")
            try change().appendAuditEvent(Self.event(1))
            try change().writeEvents()
            #expect(
                tally.owner(of: name, at: handle.totalChanges)?.owner.username == owner.username
            )
            var disabled = owner
            disabled.isEnabled = false
            try change().updateUser(disabled, at: FixedClock.start)
            #expect(tally.owner(of: name, at: handle.totalChanges) == nil)
            #expect(try change().apiKey(name)?.owner.isEnabled == false)
            try change().removeAPIKey(of: owner.id)
            #expect(try change().apiKey(name) == nil)
        }
    }

    @Test("where a change may be taken back by itself nothing is kept of what it has seen")
    func alone() throws {
        let alone = GroupTally()
        let name = String(repeating: "b", count: APIKeyPair.textLength)
        try handle.inTransaction {
            let owner = try add("owner@example.com")
            try change(alone).replaceAPIKey(of: owner.id, with: Self.key(name))
            let taken: Void? = try? handle.inSavepoint {
                var stronger = owner
                stronger.role = .administrator
                try change(alone).updateUser(stronger, at: FixedClock.start)
                #expect(try change(alone).apiKey(name)?.owner.role == .administrator)
                try change(alone).appendAuditEvent(Self.event(1))
                throw MusterError.noSuchUser
            }
            #expect(taken == nil && alone.events.isEmpty)
            #expect(try change(alone).apiKey(name)?.owner.role == owner.role)
        }
        #expect(try handle.numbers("SELECT count(*) FROM audit_event") == [0])
    }

    @Test("the revision before a group is asked for once, and its changes count on from there")
    func revision() throws {
        try handle.inTransaction {
            #expect(try change().revision() == 0 && tally.revision == 0)
            tally.revision = 41
            tally.count(users: 1)
            let own = change()
            _ = try own.insertUser(
                UserDraft(username: Username(stored: "jane@example.com")),
                uuid: UUID(),
                at: FixedClock.start
            )
            #expect(try own.revision() == 43)
        }
    }

    private func add(_ name: String) throws -> User {
        try change().insertUser(
            UserDraft(username: Username(stored: name)),
            uuid: UUID(),
            at: FixedClock.start
        )
    }
}
