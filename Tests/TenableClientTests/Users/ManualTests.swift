import ClientTestSupport
import HTTPTypes
import TenableClient
import Testing

/// Every example of the manual for `tio.users`, as it is written in Swift, and what it puts on the wire.
@Suite("The examples of the manual", .timeLimit(.minutes(10)))
struct ManualTests {
    private func sent(
        _ answer: String = Answers.user(1),
        _ body: (TenableIO) async throws -> Void
    ) async throws -> [String] {
        var sent: [String] = []
        try await FakeServer.withTenableIO { request, _ in
            request.target.hasPrefix("/users?") ? Answers.list(answer) : .answer(.ok, answer)
        } _: { tio, server in
            try await body(tio)
            sent = server.received.map { request in
                "\(request.method) \(request.target)"
                    + (request.body.isEmpty ? "" : " " + request.body)
            }
        }
        return sent
    }

    @Test("tio.users.change_password(1, 'old_pass', 'new_pass')")
    func changePassword() async throws {
        let sent = try await sent("") { tio in
            try await tio.users.changePassword(1, oldPassword: "old_pass", newPassword: "new_pass")
        }
        #expect(
            sent == [
                #"PUT /users/1/chpasswd {"password":"new_pass","current_password":"old_pass"}"#
            ]
        )
    }

    @Test("user = tio.users.create('jsmith@company.com', 'password1', 32)")
    func createStandard() async throws {
        let sent = try await sent { tio in
            let user = try await tio.users.create(
                username: "jsmith@company.com",
                password: "password1",
                permissions: 32
            )
            #expect(user.id == 1)
        }
        #expect(
            sent == [
                #"POST /users {"username":"jsmith@company.com","password":"password1","#
                    + #""permissions":32,"type":"local"}"#
            ]
        )
    }

    @Test("user = tio.users.create('jdoe@company.com', 'password', 64, name='Jane Doe', email=...)")
    func createAdministrator() async throws {
        let sent = try await sent { tio in
            let user = try await tio.users.create(
                username: "jdoe@company.com",
                password: "password",
                permissions: 64,
                name: "Jane Doe",
                email: "jdoe@company.com"
            )
            #expect(user.id == 1)
        }
        #expect(
            sent == [
                #"POST /users {"username":"jdoe@company.com","password":"password","#
                    + #""permissions":64,"name":"Jane Doe","email":"jdoe@company.com","type":"local"}"#
            ]
        )
    }

    @Test("tio.users.delete(1)")
    func delete() async throws {
        let sent = try await sent("") { tio in
            try await tio.users.delete(1)
        }
        #expect(sent == ["DELETE /users/1"])
    }

    @Test("user = tio.users.details(1)")
    func details() async throws {
        let sent = try await sent { tio in
            let user = try await tio.users.details(1)
            #expect(user.username == "jane@example.com")
        }
        #expect(sent == ["GET /users/1"])
    }

    @Test("user = tio.users.edit(1, name='New Full Name')")
    func edit() async throws {
        let sent = try await sent(Answers.user(1, more: #","name":"New Full Name""#)) { tio in
            let user = try await tio.users.edit(1, name: "New Full Name")
            #expect(user.name == "New Full Name")
        }
        #expect(sent == [#"PUT /users/1 {"name":"New Full Name"}"#])
    }

    @Test("tio.users.edit_auths(1, True, True, False)")
    func editAuths() async throws {
        let sent = try await sent("") { tio in
            try await tio.users.editAuths(
                1,
                apiPermitted: true,
                passwordPermitted: true,
                samlPermitted: false
            )
        }
        #expect(
            sent == [
                #"PUT /users/1/authorizations {"api_permitted":true,"password_permitted":true,"#
                    + #""saml_permitted":false}"#
            ]
        )
    }

    @Test("tio.users.enable_two_factor(1, '9998887766')")
    func enableTwoFactor() async throws {
        let sent = try await sent("") { tio in
            try await tio.users.enableTwoFactor(1, phone: "9998887766")
        }
        #expect(
            sent == [#"POST /users/1/two-factor/send-verification {"sms_phone":"9998887766"}"#]
        )
    }

    @Test("tio.users.enabled(1, True) and tio.users.enabled(1, False)")
    func enabled() async throws {
        let sent = try await sent { tio in
            try await tio.users.enabled(1, true)
            try await tio.users.enabled(1, false)
        }
        #expect(
            sent == [
                #"PUT /users/1/enabled {"enabled":true}"#,
                #"PUT /users/1/enabled {"enabled":false}"#,
            ]
        )
    }

    @Test("keys = tio.users.gen_api_keys(1)")
    func genAPIKeys() async throws {
        let sent = try await sent(#"{"accessKey":"a","secretKey":"b"}"#) { tio in
            let keys = try await tio.users.genAPIKeys(1)
            #expect(keys.accessKey == "a")
            #expect(keys.secretKey == "b")
        }
        #expect(sent == ["PUT /users/1/keys"])
    }

    @Test("tio.users.impersonate('jdoe@company.com')")
    func impersonate() async throws {
        let sent = try await sent { tio in
            let theirs = try tio.users.impersonate("jdoe@company.com")
            #expect(try await theirs.session.details().user.id == 1)
        }
        #expect(sent == ["GET /session"])
    }

    @Test("for user in tio.users.list(): pprint(user)")
    func list() async throws {
        let sent = try await sent { tio in
            for try await user in tio.users.list() {
                #expect(user.description == "1 jane@example.com")
            }
        }
        #expect(sent == ["GET /users?limit=1000"])
    }

    @Test("auth = tio.users.list_auths(1)")
    func listAuths() async throws {
        let answer = #"{"api_permitted":true,"password_permitted":false,"saml_permitted":true}"#
        let sent = try await sent(answer) { tio in
            let auth = try await tio.users.listAuths(1)
            #expect(auth.apiPermitted && !auth.passwordPermitted && auth.samlPermitted)
        }
        #expect(sent == ["GET /users/1/authorizations"])
    }

    @Test("tio.users.two_factor(1, True, False) and (1, False, True, '9998887766')")
    func twoFactor() async throws {
        let sent = try await sent("") { tio in
            try await tio.users.twoFactor(1, email: true, sms: false)
            try await tio.users.twoFactor(1, email: false, sms: true, phone: "9998887766")
        }
        #expect(
            sent == [
                #"PUT /users/1/two-factor {"email_enabled":true,"sms_enabled":false}"#,
                #"PUT /users/1/two-factor {"email_enabled":false,"sms_enabled":true,"#
                    + #""sms_phone":"9998887766"}"#,
            ]
        )
    }

    @Test("the present password goes along where one's own address or factor changes")
    func ownPassword() async throws {
        let user = #"{"id":1,"uuid":"00000000-0000-0000-0000-000000000001","username":"jane"}"#
        let sent = try await sent(user) { tio in
            try await tio.session.twoFactor(email: true, sms: false, password: "mine")
            try await tio.users.twoFactor(1, email: true, sms: false, password: "mine")
            try await tio.session.edit(email: .set("j@example.com"), currentPassword: "mine")
            try await tio.users.edit(1, email: .set("j@example.com"), currentPassword: "mine")
        }
        let factor = #"/two-factor {"email_enabled":true,"sms_enabled":false,"password":"mine"}"#
        let address = #" {"email":"j@example.com","current_password":"mine"}"#
        #expect(
            sent == [
                "PUT /session" + factor, "PUT /users/1" + factor, "PUT /session" + address,
                "PUT /users/1" + address,
            ]
        )
    }

    @Test("tio.users.verify_two_factor(1, 'abc123')")
    func verifyTwoFactor() async throws {
        let sent = try await sent("") { tio in
            try await tio.users.verifyTwoFactor(1, code: "abc123")
        }
        #expect(
            sent == [#"POST /users/1/two-factor/verify-code {"verification_code":"abc123"}"#]
        )
    }
}
