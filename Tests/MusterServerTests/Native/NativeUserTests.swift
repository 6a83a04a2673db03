import HTTPTypes
import HummingbirdCore
import MusterAPI
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Users in the native API", .everyStore)
struct NativeUserTests {
    private let native: NativeServer
    private var test: TestDirectory { native.test }

    init() async throws {
        native = try await NativeServer()
    }

    private static let fullBody = """
        {"username":"jane","password":"Correct-Horse-7","name":"Jane","email":"j@example.org",\
        "permissions":32,"enabled":false,"expires_at":4102444800000,\
        "note":"Ask Jim","hosts":["10.0.0.0/8"],"readbm":8,"writebm":9,"lviewbm":1,\
        "timeout":600,"api_permitted":false,"password_permitted":true,"saml_permitted":false,\
        "two_factor_required":true}
        """

    private func account(_ ref: String) async throws -> AccountRecord {
        let answer = try await native.send(.get, "/users/" + ref)
        #expect(answer.status == .ok)
        return try AccountRecord(try await answer.object())
    }

    @Test("a user is made with the fields of every dialect in one change")
    func create() async throws {
        let before = try await test.auditEvents().count
        let record = try await native.make(Self.fullBody)
        var expected = UserRecord()
        expected.id = record.id
        expected.uuid = record.uuid
        expected.username = "jane"
        expected.name = "Jane"
        expected.email = "j@example.org"
        expected.permissions = 32
        expected.administersBy = ["writebm"]
        expected.isEnabled = false
        expected.expiresAt = 4_102_444_800_000
        expected.note = "Ask Jim"
        expected.hosts = ["10.0.0.0/8"]
        expected.readbm = 8
        expected.writebm = 9
        expected.lviewbm = 1
        expected.timeout = 600
        expected.isAPIPermitted = false
        expected.isSAMLPermitted = false
        expected.twoFactor.isRequired = true
        expected.createdAt = FixedClock.start.rawValue
        expected.changedAt = FixedClock.start.rawValue
        #expect(record == expected)
        #expect(try await account("jane").user == expected)

        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.action) == [.userCreate], "one change, one record")
        let fields = events.first?.fields ?? []
        for field in [
            AuditField("permissions", "32"), AuditField("hosts", "10.0.0.0/8"),
            AuditField("enabled", "false"), AuditField("writebm", "9"),
            AuditField("expires_at", "2100-01-01T00:00:00Z"), AuditField("note", "set"),
            AuditField("api_permitted", "false"), AuditField("two_factor_required", "true"),
        ] {
            #expect(fields.filter { $0 == field }.count == 1, "\(field.key)")
        }
    }

    @Test("a user without a password comes in by no password, until one is set")
    func withoutPassword() async throws {
        let record = try await native.make(#"{"username":"robot","password":null}"#)
        #expect(try await account("robot").hasPassword == false)
        let created = try await test.auditEvents().last
        #expect(created?.fields.contains(AuditField("password", "none")) == true)
        for password in ["", "null", "Correct-Horse-7"] {
            let refusal = await failure { try await test.logIn("robot", Secret(password)) }
            #expect(refusal?.code == .credentialsInvalid)
        }
        let answer = try await native.server.send(
            .put,
            "/users/\(record.id)/chpasswd",
            as: test.administratorKeys,
            body: #"{"password":"Correct-Horse-7"}"#
        )
        #expect(answer.status == .ok)
        #expect(try await account("robot").hasPassword)
        _ = try await test.logIn("robot")
    }

    @Test(
        "a user is named by number, UUID or login name, which may be percent-encoded",
        arguments: ["3", "UUID", "jane@example.com", "JANE%40example.com", "%6Aane@example.com"]
    )
    func references(_ text: String) async throws {
        let user = try await test.makeUser("jane@example.com")
        let ref = text == "UUID" ? user.uuid.text : text
        #expect(try await account(ref).user.id == 3)
    }

    @Test("digits alone are a number, never a name")
    func digits() async throws {
        _ = try await native.make(#"{"username":"77"}"#)
        #expect(try await native.send(.get, "/users/77").status == .notFound)
        #expect(try await account("3").user.username == "77")
    }

    @Test("an account says what belongs to the user")
    func accountRecord() async throws {
        let user = try await test.makeUser("jane@example.com")
        let group = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in try GroupDraft(name: "Night", isManagedBySAML: nil)
        }
        try await test.groups.setMembership(
            of: .id(user.id),
            in: .id(group.id),
            isMember: true,
            by: test.asAdministrator
        )
        let before = try await account("3")
        #expect(
            before.groups == [.init(id: group.id.rawValue, uuid: group.uuid.text, name: "Night")]
        )
        #expect(before.hasPassword && !before.hasAPIKeys && before.sshKeyCount == 0)
        _ = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        #expect(try await account("3").hasAPIKeys)
    }

    @Test("only what is said changes, and null or empty clears name and address")
    func update() async throws {
        let before = try await native.make(Self.fullBody)
        test.clock.advance(by: .seconds(5))
        let answer = try await native.send(
            .patch,
            "/users/jane",
            #"{"name":null,"email":"","timeout":0,"username":"john","password_permitted":false,"#
                + #""expires_at":null,"note":""}"#
        )
        #expect(answer.status == .ok)
        var expected = before
        expected.name = nil
        expected.email = nil
        expected.expiresAt = nil
        expected.note = nil
        expected.timeout = 0
        expected.username = "john"
        expected.isPasswordPermitted = false
        expected.changedAt += 5000
        #expect(try UserRecord(try await answer.object()) == expected)
        #expect(try await test.auditEvents().last?.action == .userUpdate)

        let count = try await test.auditEvents().count
        #expect(try await native.send(.patch, "/users/john", "{}").status == .ok)
        #expect(try await test.auditEvents().count == count, "nothing changed, nothing told")
    }

    @Test("disabling by the native API ends the user's sessions")
    func disabling() async throws {
        let user = try await test.makeUser("jane@example.com")
        let session = try await test.logIn("jane@example.com")
        let body = #"{"enabled":false,"hosts":[]}"#
        #expect(try await native.send(.patch, "/users/\(user.id.rawValue)", body).status == .ok)
        let refusal = await failure { try await test.enter(session) }
        #expect(refusal?.details["reason"] == "disabled")
    }

    @Test("a user is deleted")
    func delete() async throws {
        _ = try await test.makeUser("jane@example.com")
        #expect(try await native.send(.delete, "/users/jane@example.com").status == .noContent)
        #expect(try await native.send(.get, "/users/3").status == .notFound)
    }

    @Test("unlocking forgets failed logins and is told once")
    func unlock() async throws {
        let user = try await test.makeUser("jane@example.com")
        for _ in 0..<6 {
            _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
        }
        #expect(try await account("3").user.isLocked)
        let count = try await test.auditEvents().count
        for _ in 1...2 {
            let answer = try await native.send(.post, "/users/3/unlock")
            let record = try UserRecord(try await answer.object())
            #expect(!record.isLocked && record.failedLogins == 0 && record.totalFailedLogins == 6)
        }
        let events = try await test.auditEvents().dropFirst(count)
        #expect(events.map(\.action) == [.userUpdate] && events.first?.target == AuditParty(user))
        _ = try await test.logIn("jane@example.com")
    }

    @Test("the list pages, finds, sorts, keeps a group, and counts all that it finds")
    func list() async throws {
        for name in ["c", "a", "b", "ab"] { _ = try await test.makeUser("\(name)@example.com") }
        let group = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in try GroupDraft(name: "Night", isManagedBySAML: nil)
        }
        for id in [UserID(rawValue: 3), UserID(rawValue: 4)] {
            try await test.groups.setMembership(
                of: .id(id),
                in: .id(group.id),
                isMember: true,
                by: test.asAdministrator
            )
        }
        let lists: [(query: String, ids: [Int64], total: Int64)] = [
            ("", [2, 3, 4, 5, 6], 5), ("?limit=2", [2, 3], 5), ("?limit=2&after=3", [4, 5], 5),
            ("?sort=-username&limit=2", [3, 5], 5), ("?f=a", [2, 4, 6], 3),
            ("?f=A&limit=1", [2], 3), ("?f=zzz", [], 0), ("?group=2", [3, 4], 2),
            ("?group=\(group.uuid.text)&f=c", [3], 1), ("?group=0&limit=1", [2], 5),
            ("?group=\(group.name.uppercased())", [3, 4], 2),
            ("?group=name:\(group.name.lowercased())", [3, 4], 2),
        ]
        for (query, ids, total) in lists {
            let answer = try await native.send(.get, "/users" + query)
            #expect(answer.status == .ok)
            let object = try await answer.object()
            #expect(object["total"] == .integer(total), "\(query)")
            let users = try await native.send(.get, "/users" + query).objects("users")
            #expect(try users.map { try UserRecord($0).id } == ids, "\(query)")
        }
    }

    @Test("a change can ask for the revision that it expects")
    func revision() async throws {
        let fields: HTTPFields = [.ifMatch: "\"999\""]
        let answer = try await native.send(.delete, "/users/2", fields: fields)
        #expect(answer.status == .preconditionFailed)
    }
}
