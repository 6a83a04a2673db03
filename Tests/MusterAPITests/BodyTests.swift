import Testing
import WireJSON

@testable import MusterAPI

@Suite("Bodies of the native API")
struct BodyTests {
    private func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: text.utf8) else {
            throw FieldError("body", "must be an object")
        }
        return object
    }

    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test("a body is read as it was written")
    func roundTrip() throws {
        let written = """
            {"username":"jane@example.com","password":"p","name":null,"email":"j@example.org",\
            "permissions":64,"enabled":false,"expires_at":253402300799999,"note":"a\\nb","hosts":["10.0.0.0/8"],"readbm":9223372036854775807,\
            "writebm":0,"lviewbm":1,"timeout":2147483647,"api_permitted":true,\
            "password_permitted":false,"saml_permitted":true,"two_factor_required":false}
            """
        let body = try UserBody(object(written))
        #expect(body.name?.isEmpty == true, "null clears")
        #expect(text { body.write(to: &$0) } == written)
        #expect(text { UserBody().write(to: &$0) } == "{}")
        #expect(try UserBody(object(#"{"password":null}"#)) == UserBody())
        let cleared = #"{"expires_at":null,"note":null}"#
        #expect(try UserBody(object(cleared)).expiresAt == .null)
        #expect(text { (try? UserBody(object(cleared)))?.write(to: &$0) } == cleared)
    }

    @Test(
        "a text that is too long to be read is told the bound of its own rule",
        arguments: [
            ("name", 512), ("note", 1024), ("email", 254), ("username", 254), ("hosts", 1024),
        ]
    )
    func longTexts(_ field: String, _ limit: Int) throws {
        let long = String(repeating: "a", count: 1025)
        let value = field == "hosts" ? "[\"\(long)\"]" : "\"\(long)\""
        let object = try object("{\"\(field)\":\(value)}")
        let error = #expect(throws: FieldError.self) { try UserBody(object) }
        #expect(error?.message == "\"\(field)\" must have at most \(limit) bytes")
    }

    @Test(
        "what does not fit is named and refused",
        arguments: [
            (#"{"usrname":"a"}"#, "usrname", "is not allowed"),
            (#"{"id":7}"#, "id", "is not allowed"),
            (#"{"username":null}"#, "username", "must be a string"),
            (#"{"username":7}"#, "username", "must be a string"),
            (#"{"name":["a"]}"#, "name", "must be a string"),
            (#"{"enabled":"true"}"#, "enabled", "must be a boolean"),
            (#"{"enabled":null}"#, "enabled", "must be a boolean"),
            (#"{"enabled":1}"#, "enabled", "must be a boolean"),
            (#"{"hosts":null}"#, "hosts", "must be an array"),
            (#"{"hosts":"10.0.0.1"}"#, "hosts", "must be an array"),
            (#"{"hosts":[7]}"#, "hosts", "must contain strings only"),
            (#"{"readbm":-1}"#, "readbm", "must be a number from 0 to 9223372036854775807"),
            (
                #"{"writebm":9223372036854775808}"#, "writebm",
                "must be a number from 0 to 9223372036854775807"
            ),
            (#"{"lviewbm":1.0}"#, "lviewbm", "must be a number from 0 to 9223372036854775807"),
            (
                #"{"permissions":"standard"}"#, "permissions",
                "must be the number of a role, such as 32"
            ),
            (#"{"permissions":-1}"#, "permissions", "must be the number of a role, such as 32"),
            (#"{"timeout":2147483648}"#, "timeout", "must be a number from 0 to 2147483647"),
            (#"{"timeout":"5"}"#, "timeout", "must be a number from 0 to 2147483647"),
            (#"{"note":7}"#, "note", "must be a string"),
            (#"{"expired":true}"#, "expired", "is not allowed"),
            (#"{"expires_at":-1}"#, "expires_at", "must be milliseconds since 1970, from 0 to"),
            (#"{"expires_at":"2026-01-31"}"#, "expires_at", "must be milliseconds since 1970"),
            (#"{"expires_at":253402300800000}"#, "expires_at", "must be milliseconds since 1970"),
            (#"{"expires_at":1e300}"#, "expires_at", "must be milliseconds since 1970"),
            (#"{"expires_at":[1]}"#, "expires_at", "must be milliseconds since 1970"),
        ]
    )
    func refusals(_ written: String, _ field: String, _ rule: String) throws {
        let object = try object(written)
        let error = #expect(throws: FieldError.self) { try UserBody(object) }
        let complaint = FieldError(field, rule)
        #expect(error?.field == complaint.field)
        #expect(error?.message.hasPrefix(complaint.message) == true)
    }

    @Test(
        "a complaint quotes the value, but nothing that may be a secret",
        arguments: [
            (
                #"{"timeout":"soon"}"#,
                #""timeout" must be a number from 0 to 2147483647, not "soon""#
            ),
            (#"{"enabled":7}"#, #""enabled" must be a boolean, not 7"#),
            (#"{"hosts":[null]}"#, #""hosts" must contain strings only, not null"#),
            (#"{"name":["a"]}"#, #""name" must be a string"#),
            (#"{"password":12345}"#, #""password" must be a string"#),
            (#"{"current_password":12345}"#, #""current_password" must be a string"#),
        ]
    )
    func quotes(_ written: String, _ message: String) throws {
        let object = try object(written)
        let error = #expect(throws: FieldError.self) { try UserBody(object) }
        #expect(error?.message == message)
    }

    @Test("a line of an import calls the role as the command line does, by name or number")
    func roles() throws {
        func body(_ members: String) throws -> ImportBody {
            try ImportBody(object(#"{"username":"a""# + members + "}"))
        }
        #expect(try body(#","role":32"#).user.permissions == 32)
        #expect(try body(#","permissions":32"#).user.permissions == 32)
        #expect(try body(#","role":"standard""#).role?.name == "standard")
        let role = try body(#","permissions":"standard""#).role
        #expect(role?.field == "permissions" && role?.name == "standard")
        #expect(try body(#","role":33"#).roleField == "role")
        #expect(try body(#","permissions":33"#).roleField == "permissions")
        #expect(try body("").roleField == nil)
        for bad in [
            #","role":1.5"#, #","role":"64""#, #","role":"""#, #","role":true"#,
            #","role":32,"permissions":32"#,
        ] {
            let error = #expect(throws: FieldError.self) { try body(bad) }
            #expect(error?.field == "role", "\(bad)")
        }
    }

    @Test("the name of a member that nobody knows is told only in part")
    func longName() throws {
        let object = try object("{\"\(String(repeating: "a", count: 500))\":1}")
        do {
            _ = try UserBody(object)
            Issue.record("read")
        } catch {
            #expect(error.message.utf8.count < 100)
        }
    }

    @Test("records are read as they were written")
    func records() throws {
        var user = UserRecord()
        user.id = 10
        user.uuid = "3b9ac9ff-0000-4000-8000-000000000000"
        user.username = "jane@example.com"
        user.email = "j\u{E4}ne@example.org"
        user.hosts = ["10.0.0.0/8"]
        user.twoFactor.isRequired = true
        user.lastLogin = 1_732_000_000_000
        user.expiresAt = 1_733_000_000_000
        user.isExpired = true
        user.note = "a\nb"
        #expect(try UserRecord(object(text { user.write(to: &$0) })) == user)

        let account = AccountRecord(
            user: user,
            groups: [AccountRecord.GroupName(id: 2, uuid: "u", name: "One")],
            sshKeyCount: 3,
            hasAPIKeys: true,
            hasPassword: false
        )
        #expect(try AccountRecord(object(text { account.write(to: &$0) })) == account)

        let session = SessionRecord(
            id: "0123456789abcdef",
            userID: 10,
            username: "jane@example.com",
            createdAt: 1,
            lastSeenAt: 2,
            address: nil,
            program: "curl/8.5.0",
            isCurrent: true
        )
        #expect(try SessionRecord(object(text { session.write(to: &$0) })) == session)
    }

    @Test(
        "records that lack something or have it wrong are refused",
        arguments: ["{}", #"{"id":"7"}"#, #"{"id":7,"uuid":null}"#]
    )
    func badRecords(_ written: String) throws {
        let object = try object(written)
        #expect(throws: FieldError.self) { try UserRecord(object) }
        #expect(throws: FieldError.self) { try AccountRecord(object) }
        #expect(throws: FieldError.self) { try SessionRecord(object) }
    }
}
