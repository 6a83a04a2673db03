import TenableAPI
import Testing
import WireJSON

@Suite("Records of the Tenable dialect")
struct RecordTests {
    private static let uuid = "60f73e4f-8983-41c2-a13c-39074cbb6229"
    private static let container = "270f77d7-3b5b-478c-ac06-be827c00753e"

    private static var smallest: UserRecord {
        var record = UserRecord()
        record.uuid = uuid
        record.id = 4
        record.username = "user@example.com"
        record.email = "user@example.com"
        record.name = "User One"
        record.permissions = 64
        record.containerUUID = container
        return record
    }

    @Test("a user for whom nothing happened yet has the members that are always there")
    func smallestUser() {
        let expected =
            #"{"uuid":"60f73e4f-8983-41c2-a13c-39074cbb6229","id":4,"user_name":"user@example.com","#
            + #""username":"user@example.com","email":"user@example.com","name":"User One","#
            + #""type":"local","permissions":64,"ui_permitted":true,"ui_saml_only":false,"#
            + #""api_permitted":true,"login_fail_count":0,"login_fail_total":0,"enabled":true,"#
            + #""undeletable":false,"group_uuids":[],"lockout":0,"preferences":{},"#
            + #""container_uuid":"270f77d7-3b5b-478c-ac06-be827c00753e","#
            + #""uuid_id":"60f73e4f-8983-41c2-a13c-39074cbb6229"}"#
        #expect(written { Self.smallest.write(to: &$0) } == expected)
    }

    @Test("a user has every member of the contract when there is something to say in each")
    func fullUser() {
        let record = UserRecord.full(Self.smallest)
        let expected =
            #"{"uuid":"60f73e4f-8983-41c2-a13c-39074cbb6229","id":4,"user_name":"user@example.com","#
            + #""username":"user@example.com","email":"user@example.com","name":"User One","#
            + #""type":"local","permissions":64,"rbac_roles":[{"name":"Administrator","uuid":"r"}],"#
            + #""ui_permitted":false,"ui_saml_only":true,"api_permitted":false,"#
            + #""last_login_attempt":1641369870871,"login_fail_count":6,"login_fail_total":7,"#
            + #""last_apikey_access":1782787386952,"enabled":false,"undeletable":true,"#
            + #""two_factor":{"sms_phone":"+15555555555","sms_enabled":1,"email_enabled":0},"#
            + #""group_uuids":["g","00000000-0000-0000-0000-000000000000"],"lockout":1,"#
            + #""preferences":{},"container_uuid":"270f77d7-3b5b-478c-ac06-be827c00753e","#
            + #""lastlogin":1727938102779,"uuid_id":"60f73e4f-8983-41c2-a13c-39074cbb6229"}"#
        #expect(written { record.write(to: &$0) } == expected)
    }

    @Test("callers below Administrator see four members and nothing else")
    func briefUser() {
        var record = Self.smallest
        record.lastLogin = 1
        let expected =
            #"{"uuid":"60f73e4f-8983-41c2-a13c-39074cbb6229","id":4,"username":"user@example.com","#
            + #""email":"user@example.com"}"#
        #expect(written { record.writeBrief(to: &$0) } == expected)
    }

    @Test("codes by e-mail alone show no phone")
    func emailFactor() {
        var record = Self.smallest
        record.twoFactor = UserRecord.TwoFactor(
            smsPhone: nil,
            isSMSEnabled: false,
            isEmailEnabled: true
        )
        let text = written { record.write(to: &$0) }
        #expect(text.contains(#""two_factor":{"sms_enabled":0,"email_enabled":1}"#))
    }

    @Test("asking for roles shows them even if there are none")
    func noRoles() {
        var record = Self.smallest
        record.roles = []
        #expect(written { record.write(to: &$0) }.contains(#""rbac_roles":[]"#))
    }

    @Test("a group says whether single sign-on manages it only where that was set")
    func group() {
        var record = GroupRecord(
            uuid: Self.uuid,
            id: 6,
            name: "Team \"A\"",
            isManagedBySAML: nil,
            userCount: 3,
            isBuiltIn: false,
            containerUUID: Self.container
        )
        let start =
            #"{"uuid":"60f73e4f-8983-41c2-a13c-39074cbb6229","name":"Team \"A\"","permissions":0,"#
            + #""container_uuid":"270f77d7-3b5b-478c-ac06-be827c00753e","id":6,"user_count":3"#
        #expect(written { record.write(to: &$0) } == start + "}")
        record.isManagedBySAML = false
        #expect(written { record.write(to: &$0) } == start + #","managed_by_saml":false}"#)
    }

    @Test("the built-in group says that it cannot be changed")
    func builtInGroup() {
        let record = GroupRecord(
            uuid: "00000000-0000-0000-0000-000000000000",
            id: 0,
            name: "All Users",
            isManagedBySAML: nil,
            userCount: 1,
            isBuiltIn: true,
            containerUUID: Self.container
        )
        let text = written { record.write(to: &$0) }
        #expect(text.hasSuffix(#","user_count":1,"immutable":true,"membership_fixed":true}"#))
    }

    @Test(
        "a failure is told in one of two shapes",
        arguments: [
            (
                .gateway(status: 404, reason: "Not Found", message: "Not Found", fields: []),
                #"{"statusCode":404,"error":"Not Found","message":"Not Found"}"#
            ),
            (
                .gateway(status: 400, reason: "Bad Request", message: "m", fields: ["a", "b"]),
                #"{"statusCode":400,"error":"Bad Request","message":"m","#
                    + #""validation":{"source":"payload","keys":["a","b"]}}"#
            ),
            (.backEnd("Duplicate Group name"), #"{"error":"Duplicate Group name"}"#),
        ] as [(ErrorEnvelope, String)]
    )
    func envelopes(_ envelope: ErrorEnvelope, _ text: String) {
        #expect(written { envelope.write(to: &$0) } == text)
    }

    private func written(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
