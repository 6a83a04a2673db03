import TenableAPI
import Testing
import WireJSON

@Suite("What one side of the Tenable dialect writes, the other reads")
struct ReadingTests {
    private func object(_ write: (inout JSONWriter) -> Void) throws -> JSONObject {
        var json = JSONWriter()
        write(&json)
        guard case .object(let object) = try JSONValue(parsing: json.bytes) else {
            throw TenableFieldError(field: "body", rule: "must be an object")
        }
        return object
    }

    private func fields(_ members: (inout JSONWriter) -> Void) throws -> TenableFields {
        TenableFields(try object { json in json.object { members(&$0) } })
    }

    @Test("a user's record, the smallest and the fullest")
    func users() throws {
        var record = UserRecord()
        record.uuid = "60f73e4f-8983-41c2-a13c-39074cbb6229"
        record.id = 4
        record.username = "user@example.com"
        record.email = "u@example.com"
        #expect(try UserRecord(object { record.write(to: &$0) }) == record)
        record.name = "User \"One\""
        record.permissions = 64
        record.containerUUID = "c"
        record = UserRecord.full(record)
        #expect(try UserRecord(object { record.write(to: &$0) }) == record)
    }

    @Test("the four members that callers below Administrator see")
    func brief() throws {
        var record = UserRecord()
        record.uuid = "u"
        record.id = 4
        record.username = "user@example.com"
        record.email = "u@example.com"
        let read = try UserRecord(object { record.writeBrief(to: &$0) })
        #expect(read.id == 4 && read.uuid == "u" && read.username == "user@example.com")
        #expect(read.email == "u@example.com")
    }

    @Test("a group's record")
    func groups() throws {
        for flag in [nil, true, false] {
            let record = GroupRecord(
                uuid: "u",
                id: 6,
                name: "Operators",
                isManagedBySAML: flag,
                userCount: 3,
                isBuiltIn: flag == true,
                containerUUID: "c"
            )
            #expect(try GroupRecord(object { record.write(to: &$0) }) == record)
        }
    }

    @Test("the bodies about users")
    func userRequests() throws {
        let create = CreateUserRequest(
            username: "u",
            password: "p",
            permissions: 64,
            name: "n",
            email: "e"
        )
        #expect(try CreateUserRequest(fields(create.writeMembers)) == create)
        let edits = [
            EditUserRequest(), EditUserRequest(name: ""),
            EditUserRequest(permissions: 0, name: "n", email: "e", isEnabled: false),
        ]
        for edit in edits { #expect(try EditUserRequest(fields(edit.writeMembers)) == edit) }
        let enabled = EnabledRequest(isEnabled: true)
        #expect(try EnabledRequest(fields(enabled.writeMembers)) == enabled)
        for flag in [nil, true, false] {
            let methods = AuthorizationsRequest(
                isAPIPermitted: true,
                isPasswordPermitted: false,
                isSAMLPermitted: true,
                isSecondFactorRequired: flag
            )
            #expect(try AuthorizationsRequest(fields(methods.writeMembers)) == methods)
            let group = GroupRequest(name: "g", isManagedBySAML: flag)
            #expect(try GroupRequest(fields(group.writeMembers)) == group)
        }
    }

    @Test("the bodies about passwords, codes and logins")
    func credentialRequests() throws {
        for password in [nil, "old"] {
            let change = ChangePasswordRequest(
                password: "new",
                currentPassword: password,
                isTemporary: password == nil
            )
            #expect(try ChangePasswordRequest(fields(change.writeMembers)) == change)
            let send = SendVerificationRequest(smsPhone: "+12", password: password)
            #expect(try SendVerificationRequest(fields(send.writeMembers)) == send)
            let factor = TwoFactorRequest(
                isEmailEnabled: true,
                isSMSEnabled: false,
                smsPhone: password
            )
            #expect(try TwoFactorRequest(fields(factor.writeMembers)) == factor)
            let login = LoginBody(username: "u", password: "p", code: password)
            #expect(try LoginBody(fields(login.writeMembers)) == login)
        }
        let verify = VerifyCodeRequest(code: "123456")
        #expect(try VerifyCodeRequest(fields(verify.writeMembers)) == verify)
    }

    @Test(
        "errors, in either shape",
        arguments: [
            .gateway(status: 404, reason: "Not Found", message: "Not Found", fields: []),
            .gateway(status: 400, reason: "Bad Request", message: "m", fields: ["a", "b"]),
            .backEnd("Duplicate Group name"),
        ] as [ErrorEnvelope]
    )
    func errors(_ envelope: ErrorEnvelope) throws {
        #expect(ErrorEnvelope(.object(try object { envelope.write(to: &$0) })) == envelope)
    }

    @Test(
        "what is no error is none",
        arguments: ["null", "[]", "{}", #"{"error":1}"#, #"{"message":[]}"#, #""error""#]
    )
    func noErrors(_ text: String) throws {
        #expect(ErrorEnvelope(try JSONValue(parsing: text.utf8)) == nil)
    }
}
