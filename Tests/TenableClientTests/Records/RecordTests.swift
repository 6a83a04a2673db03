import ClientTestSupport
import FoundationEssentials
import HTTPTypes
import TenableClient
import Testing

@Suite("Records", .timeLimit(.minutes(10)))
struct RecordTests {
    private static let full =
        #"{"uuid":"60f73e4f-8983-41c2-a13c-39074cbb6229","id":4,"user_name":"user@example.com","#
        + #""username":"user@example.com","email":"u@example.com","name":"User One","type":"local","#
        + #""permissions":64,"ui_permitted":true,"ui_saml_only":false,"api_permitted":true,"#
        + #""last_login_attempt":1641369870871,"login_fail_count":0,"login_fail_total":5,"#
        + #""last_apikey_access":1782787386952,"enabled":true,"undeletable":false,"#
        + #""two_factor":{"sms_phone":"+15555555555","sms_enabled":1,"email_enabled":0,"totp":1},"#
        + #""group_uuids":["f3cd0bb2-cabb-4825-9d0c-49c77fe5fba7"],"lockout":1,"#
        + #""preferences":{"theme":"dark"},"container_uuid":"270f77d7-3b5b-478c-ac06-be827c00753e","#
        + #""lastlogin":1727938102779,"uuid_id":"60f73e4f-8983-41c2-a13c-39074cbb6229"}"#

    private func user(_ record: String) async throws -> TenableIO.User {
        var user: TenableIO.User?
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, record)
        } _: { tio, _ in
            user = try await tio.users.details(4)
        }
        return try user.orThrow()
    }

    @Test("a full record is read to its last member")
    func full() async throws {
        let user = try await user(Self.full)
        #expect(user.id == 4)
        #expect(user.uuid == "60f73e4f-8983-41c2-a13c-39074cbb6229")
        #expect(user.username == "user@example.com")
        #expect(user.email == "u@example.com")
        #expect(user.name == "User One")
        #expect(user.type == "local")
        #expect(user.permissions == .administrator)
        #expect(user.uiPermitted == true)
        #expect(user.uiSAMLOnly == false)
        #expect(user.apiPermitted == true)
        #expect(user.lastLoginAttempt?.timeIntervalSince1970 == 1_641_369_870.871)
        #expect(user.loginFailCount == 0)
        #expect(user.loginFailTotal == 5)
        #expect(user.lastAPIKeyAccess?.timeIntervalSince1970 == 1_782_787_386.952)
        #expect(user.enabled == true)
        #expect(user.undeletable == false)
        #expect(user.twoFactor?.smsPhone == "+15555555555")
        #expect(user.twoFactor?.smsEnabled == true)
        #expect(user.twoFactor?.emailEnabled == false)
        #expect(user.groupUUIDs == ["f3cd0bb2-cabb-4825-9d0c-49c77fe5fba7"])
        #expect(user.lockout == true)
        #expect(user.containerUUID == "270f77d7-3b5b-478c-ac06-be827c00753e")
        #expect(user.lastLogin?.timeIntervalSince1970 == 1_727_938_102.779)
        #expect(user.roles == nil)
    }

    @Test("what the library has no name for stays in the record")
    func unknown() async throws {
        let user = try await user(Self.full)
        #expect(user.json["preferences"] == ["theme": "dark"])
        #expect(String(decoding: JSONValue.object(user.json).bytes, as: UTF8.self) == Self.full)
    }

    @Test("the four members that callers below Administrator see are enough; all others are nil")
    func brief() async throws {
        let user = try await user(
            #"{"uuid":"u","id":4,"username":"user@example.com","email":"u@example.com"}"#
        )
        #expect(user.email == "u@example.com")
        #expect(user.name == nil && user.permissions == nil && user.enabled == nil)
        #expect(user.lockout == nil && user.loginFailCount == nil && user.groupUUIDs == nil)
        #expect(user.type == nil && user.twoFactor == nil && user.undeletable == nil)
        #expect(user.loginFailTotal == nil && user.uiPermitted == nil && user.uiSAMLOnly == nil)
        #expect(user.apiPermitted == nil && user.containerUUID == nil)
        #expect(user.lastLogin == nil && user.lastLoginAttempt == nil)
        #expect(user.lastAPIKeyAccess == nil)
    }

    @Test("a record of 2018 has zeros for what never happened, and one of 2021 no name")
    func eras() async throws {
        let early = try await user(
            #"{"uuid_id":"u","id":4,"user_name":"a@b.c","name":"","permissions":"64","#
                + #""last_login_attempt":0,"aggregate":true,"whatsnew_version":""}"#
        )
        #expect(early.uuid == "u")
        #expect(early.username == "a@b.c")
        #expect(early.name == "")
        #expect(early.permissions == .administrator)
        #expect(early.lastLoginAttempt == nil)
        let recent = try await user(Answers.user(more: #","name":null"#))
        #expect(recent.name == nil)
        #expect(recent.lockout == false)
    }

    @Test("the session's record has the caller, the instance and what it can do")
    func session() async throws {
        try await LiveServer.withTenableIO { tio, _ in
            let me = try await tio.session.details()
            #expect(me.user.username == "admin@example.com")
            #expect(me.containerName == "Muster")
            #expect(me.features["users"] == true)
            #expect(me.json["container_id"] == 1)
            let group = try await tio.groups.create("Operators", managedBySAML: true)
            try await tio.groups.addUser(2, to: group.id)
            #expect(try await tio.session.details().groups.map(\.name) == ["Operators"])
            #expect(group.managedBySAML == true)
        }
    }

    @Test("events have their time, who did it, to whom, and what else is known")
    func events() async throws {
        try await LiveServer.withTenableIO { tio, _ in
            let user = try await tio.users.create(
                username: "jane@example.com",
                password: Passwords.first,
                permissions: 16
            )
            let all = try await tio.auditLog.events(newestFirst: true)
            let event = try all.first.orThrow()
            #expect(event.action == "user.create")
            #expect(event.actor?.name == "admin@example.com")
            #expect(event.target?.id == user.uuid)
            #expect(event.target?.type == "User")
            #expect(event.receivedAt != nil)
            #expect(event.fields.contains { $0.key == "X-Request-Uuid" })
            #expect(try await tio.auditLog.events(limit: 1).count == 1)
            let some = try await tio.auditLog.events(
                .action("user.create"),
                .action("user.delete"),
                matchingAny: true
            )
            #expect(some.contains(event))
            #expect(try await tio.auditLog.events(.before("2018-01-01")).isEmpty)
        }
    }
}
