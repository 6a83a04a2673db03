import TenableAPI
import Testing
import WireJSON

@Suite("Bodies of requests in the Tenable dialect")
struct RequestTests {
    /// A body with something wrong in it, and the sentence that says so.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let body: String
        let message: String
        let read: @Sendable (TenableFields) throws -> Void

        init<Request>(
            _ read: @escaping @Sendable (TenableFields) throws(TenableFieldError) -> Request,
            _ body: String,
            _ field: String,
            _ rule: String
        ) {
            self.body = body
            message = "child \"\(field)\" fails because [\"\(field)\" \(rule)]"
            self.read = { _ = try read($0) }
        }

        var testDescription: String { body }
    }

    static let refusals: [Refusal] = [
        Refusal(CreateUserRequest.init, "{}", "username", "is required"),
        Refusal(CreateUserRequest.init, #"{"username":null}"#, "username", "is required"),
        Refusal(CreateUserRequest.init, #"{"username":1}"#, "username", "must be a string"),
        Refusal(CreateUserRequest.init, #"{"username":"u"}"#, "password", "is required"),
        Refusal(
            CreateUserRequest.init,
            #"{"username":"u","password":["p"]}"#,
            "password",
            "must be a string"
        ),
        Refusal(
            CreateUserRequest.init,
            #"{"username":"u","password":"p","permissions":true}"#,
            "permissions",
            "must be an integer"
        ),
        Refusal(
            CreateUserRequest.init,
            #"{"username":"u","password":"p","name":{}}"#,
            "name",
            "must be a string"
        ),
        Refusal(
            CreateUserRequest.init,
            #"{"username":"u","password":"p","type":"ldap"}"#,
            "type",
            "must be one of [local]"
        ),
        Refusal(EditUserRequest.init, #"{"enabled":1}"#, "enabled", "must be a boolean"),
        Refusal(
            EditUserRequest.init,
            #"{"enabled":"true"}"#,
            "enabled",
            "must be a boolean"
        ),
        Refusal(EditUserRequest.init, #"{"email":[]}"#, "email", "must be a string"),
        Refusal(EnabledRequest.init, #"{"enabled":null}"#, "enabled", "is required"),
        Refusal(ChangePasswordRequest.init, "{}", "password", "is required"),
        Refusal(
            ChangePasswordRequest.init,
            #"{"password":"p","temporary":"no"}"#,
            "temporary",
            "must be a boolean"
        ),
        Refusal(
            AuthorizationsRequest.init,
            #"{"api_permitted":true,"password_permitted":true}"#,
            "saml_permitted",
            "is required"
        ),
        Refusal(TwoFactorRequest.init, "{}", "email_enabled", "is required"),
        Refusal(
            TwoFactorRequest.init,
            #"{"email_enabled":true,"sms_enabled":0}"#,
            "sms_enabled",
            "must be a boolean"
        ),
        Refusal(SendVerificationRequest.init, "{}", "sms_phone", "is required"),
        Refusal(
            VerifyCodeRequest.init,
            #"{"verification_code":123456}"#,
            "verification_code",
            "must be a string"
        ),
        Refusal(GroupRequest.init, #"{"name":null}"#, "name", "is required"),
        Refusal(LoginBody.init, #"{"password":"p"}"#, "username", "is required"),
    ]

    @Test("a bad member is named in the words of the service", arguments: refusals)
    func messages(_ refusal: Refusal) throws {
        let fields = try fields(refusal.body)
        let error = #expect(throws: TenableFieldError.self) { try refusal.read(fields) }
        #expect(error?.message == refusal.message)
    }

    @Test("null is the same as absent, and unknown members are passed over")
    func absent() throws {
        let body =
            #"{"username":"u","password":"p","permissions":null,"name":null,"email":null,"#
            + #""type":null,"account_type":7,"unknown":{}}"#
        let request = try CreateUserRequest(fields(body))
        #expect(request.permissions == nil && request.name == nil && request.email == nil)
        let edit = try EditUserRequest(fields(#"{"name":null,"x":1}"#))
        #expect(edit == (try EditUserRequest(fields("{}"))))
    }

    @Test("the one type there is may be named")
    func type() throws {
        let body = #"{"username":"u","password":"p","type":"local"}"#
        #expect(try CreateUserRequest(fields(body)).username == "u")
    }

    @Test(
        "a number may come as digits in a string",
        arguments: [
            ("64", 64), ("\"64\"", 64), ("\"064\"", 64), ("0", 0), ("-1", -1),
            ("9223372036854775808", .max), ("-9223372036854775809", .min),
        ] as [(String, Int64)]
    )
    func numbers(_ text: String, _ number: Int64) throws {
        let fields = try fields("{\"n\":\(text)}")
        #expect(try fields.integer("n") == number)
    }

    @Test(
        "what is no number is refused",
        arguments: [
            "true", "64.0", "6.4e1", "\"\"", "\"-1\"", "\"+1\"", "\" 1\"", "\"1.0\"", "\"0x40\"",
            "[64]",
            "{}", "\"\u{661}\"", "\"9223372036854775808\"",
        ]
    )
    func notNumbers(_ text: String) throws {
        let fields = try fields("{\"n\":\(text)}")
        #expect(throws: TenableFieldError.self) { try fields.integer("n") }
    }

    @Test("a list has to be there and hold strings only")
    func lists() throws {
        let fields = try fields(#"{"good":["a","b"],"none":[],"mixed":["a",1],"text":"a"}"#)
        #expect(try fields.requiredTexts("good") == ["a", "b"])
        #expect(try fields.requiredTexts("none") == [])
        for name in ["mixed", "text", "missing"] {
            #expect(throws: TenableFieldError.self) { try fields.requiredTexts(name) }
        }
    }

    @Test("every member of every request is read")
    func members() throws {
        let authorizations = try AuthorizationsRequest(
            fields(
                #"{"api_permitted":true,"password_permitted":false,"saml_permitted":true,"#
                    + #""mfa_enrollment_required":true}"#
            )
        )
        #expect(authorizations.isAPIPermitted && !authorizations.isPasswordPermitted)
        #expect(authorizations.isSAMLPermitted && authorizations.isSecondFactorRequired == true)
        let password = try ChangePasswordRequest(
            fields(#"{"password":"new","current_password":"old","temporary":true}"#)
        )
        #expect(password.password == "new" && password.currentPassword == "old")
        #expect(password.isTemporary)
        let factor = try TwoFactorRequest(
            fields(#"{"email_enabled":false,"sms_enabled":true,"sms_phone":"+12"}"#)
        )
        #expect(!factor.isEmailEnabled && factor.isSMSEnabled && factor.smsPhone == "+12")
        let login = try LoginBody(
            fields(#"{"username":"u","password":"p","verification_code":"123456"}"#)
        )
        #expect(login == LoginBody(username: "u", password: "p", code: "123456"))
        let group = try GroupRequest(fields(#"{"name":"g","managed_by_saml":true}"#))
        #expect(group.name == "g" && group.isManagedBySAML == true)
        let send = try SendVerificationRequest(fields(#"{"sms_phone":"+12","password":"p"}"#))
        #expect(send.smsPhone == "+12" && send.password == "p")
    }

    private func fields(_ text: String) throws -> TenableFields {
        guard case .object(let object) = try JSONValue(parsing: text.utf8) else {
            throw TenableFieldError(field: "body", rule: "must be an object")
        }
        return TenableFields(object)
    }
}
