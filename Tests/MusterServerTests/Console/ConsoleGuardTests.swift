import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("What guards the console", .everyStore)
struct ConsoleGuardTests {
    private let test: TestDirectory
    private let browser: Browser

    init() async throws {
        test = try await TestDirectory()
        browser = Browser(test)
    }

    @Test("a browser is led from / to its pages, a program hears what it hears without the console")
    func entrance() async throws {
        let plain = TestServer(test)
        let program = TestServer(test, dialects: Dialect.all + [.console])
        for method in [HTTPRequest.Method.get, .post, .delete, .options] {
            let then = try await plain.send(method, "/")
            let now = try await program.send(method, "/")
            #expect(now.status == then.status)
            #expect(try await now.text() == (try await then.text()))
            #expect(now.headers[.contentType] == then.headers[.contentType])
            #expect(now.headers[.allow] == then.headers[.allow])
        }
        let answer = try await browser.get("/")
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/sign-in")
        _ = try await browser.signIn(TestDirectory.administratorName)
        #expect(try await browser.get("/").headers[.location] == "/admin")
        #expect(try await browser.get("/", accept: "*/*").status == .notFound)
    }

    @Test("without the console there are none of its paths")
    func off() async throws {
        let plain = TestServer(test)
        for path in ["/", "/sign-in", "/account", "/admin"] {
            #expect(try await plain.send(.get, path).status == .notFound)
        }
    }

    @Test("every page says what it may load, that it is not stored, and who may frame it")
    func headers() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        let sniffing = try #require(HTTPField.Name("X-Content-Type-Options"))
        for path in ["/sign-in", "/account", "/account/security", "/admin", "/admin/users"] {
            let answer = try await browser.get(path)
            let policy = answer.headers[.contentSecurityPolicy] ?? ""
            #expect(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'")
            )
            #expect(!policy.contains("unsafe"))
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[sniffing] == "nosniff")
            #expect(answer.headers[.referrerPolicy] == "same-origin")
        }
    }

    @Test("the files of pages are kept for a year under names that say what is in them")
    func assets() async throws {
        for file in [ConsoleAssets.shared.styles, ConsoleAssets.shared.script] {
            let answer = try await browser.get(file.path)
            #expect(answer.status == .ok)
            #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(answer.headers[.vary] == "Accept-Encoding")
            #expect(answer.headers[.contentEncoding] == nil)
        }
        #expect(try await browser.get("/console/console.0.css").status == .notFound)
    }

    @Test("the files of pages go out in gzip to whoever takes it, made once")
    func compressed() async throws {
        let server = TestServer(test, dialects: Dialect.all + [.console])
        for file in [ConsoleAssets.shared.styles, ConsoleAssets.shared.script] {
            let compressed = try #require(file.compressed)
            let plain = try await server.send(.get, file.path).bytes()
            #expect(compressed.count * 2 < plain.count)
            // The head of gzip with deflate, and the length of what was compressed at its end (RFC 1952 section 2.3).
            #expect(compressed.prefix(3) == [0x1F, 0x8B, 8])
            let length = compressed.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(length == plain.count)
            for (accepted, isGzip) in [("gzip, deflate, br", true), ("gzip;q=0", false)] {
                var fields = HTTPFields()
                fields[.acceptEncoding] = accepted
                let answer = try await server.send(.get, file.path, fields: fields)
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentEncoding] == (isGzip ? "gzip" : nil))
                #expect(answer.headers[.vary] == "Accept-Encoding")
                let sent = try await answer.bytes()
                #expect(sent == (isGzip ? compressed : plain))
            }
        }
        #expect(Gzip.compress([]) == nil && Gzip.compress([1, 2, 3]) == nil)
    }

    @Test("a form of another site, without a token or with another session's changes nothing")
    func forgery() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        let other = Browser(test)
        _ = try await other.signIn(TestDirectory.administratorName)
        let form = ["name": "Forged", "email": ""]
        let attempts = [
            try await browser.post("/account", form, site: "cross-site"),
            try await browser.post("/account", form, site: "same-site"),
            try await browser.post("/account", form, site: nil),
            try await browser.post("/account", form, site: nil, origin: "http://evil.example"),
            try await browser.post("/account", form, site: nil, origin: "null"),
            try await browser.post("/account", form, token: ""),
            try await browser.post("/account", form, token: String(repeating: "0", count: 64)),
            try await browser.post("/account", form, token: try await other.formToken()),
        ]
        for answer in attempts { #expect(answer.status == .forbidden) }
        #expect(try await test.current(test.administrator).name == nil)
        let right = try await browser.post("/account", form, site: nil, origin: "http://localhost")
        #expect(right.status == .seeOther)
        #expect(try await test.current(test.administrator).name == "Forged")
    }

    @Test("the session's cookie is for no script, for no other site, and opens no API")
    func cookie() async throws {
        let answer = try await browser.signIn(TestDirectory.administratorName)
        let text = answer.headers[values: .setCookie].first ?? ""
        #expect(text.contains("muster_console="))
        #expect(text.contains("HttpOnly") && text.contains("SameSite=Lax"))
        let value = String(text.prefix { $0 != ";" })
        var fields = HTTPFields()
        fields[.cookie] = value
        let server = TestServer(test, dialects: Dialect.all + [.console])
        for path in ["/session", "/users", "/muster/v1/account"] {
            #expect(try await server.send(.get, path, fields: fields).status == .unauthorized)
        }
        #expect(try await server.send(.get, "/account", fields: fields).status == .ok)
    }

    @Test(
        "a session of the console is let in by its cookie alone, and a token of the APIs by none of the console's"
    )
    func kinds() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        let console = try #require(browser[cookie: "muster_console"])
        let issued = try await test.logIn(TestDirectory.administratorName)
        let token = issued.token.withExposedValue { $0 }
        let server = TestServer(test, dialects: Dialect.all + [.console])
        let paths = [
            "/session", "/users", "/muster/v1/account", "/activelogic/v1/sessions",
            "/scim/v2/Users?count=1",
        ]
        for path in paths {
            for value in [console, "console session \(console)"] {
                let presented: [(HTTPField.Name, String)] = [
                    (.authorization, "Bearer \(value)"), (.xCookie, "token=\(value)"),
                    (.cookie, "token=\(value)"), (.cookie, "muster_console=\(value)"),
                ]
                for (name, text) in presented {
                    var fields = HTTPFields()
                    fields[name] = text
                    let answer = try await server.send(.get, path, fields: fields)
                    #expect(answer.status == .unauthorized, "\(path) \(name)")
                }
            }
            var fields = HTTPFields()
            fields[.authorization] = "Bearer \(token)"
            #expect(try await server.send(.get, path, fields: fields).status == .ok, "\(path)")
        }
        browser[cookie: "muster_console"] = token
        #expect(try await browser.get("/account").headers[.location] == "/sign-in?next=%2Faccount")
        browser[cookie: "muster_console"] = console
        #expect(try await browser.get("/account").status == .ok)
        // It is ended at the APIs as any other.
        try await test.sessions.revokeAll(
            of: .username(TestDirectory.administratorName),
            by: test.asAdministrator
        )
        #expect(try await browser.get("/account").status == .seeOther)
    }

    @Test("a wrong password is told on the form, and the name stays in it")
    func refusal() async throws {
        let answer = try await browser.signIn(TestDirectory.administratorName, password: "no")
        #expect(answer.status == .unprocessableContent)
        let text = try await answer.text()
        #expect(text.contains("value=\"admin@example.com\"") && text.contains("role=\"alert\""))
        #expect(!text.contains("value=\"no\""))
    }

    @Test("nobody is sent to another site behind the sign-in")
    func next() async throws {
        for path in [
            "//evil.example", "https://evil.example", "/\\evil.example", "/users", "/administrator",
            "/admin?x=\r\ny", "/admin#x",
        ] {
            let answer = try await browser.post(
                "/sign-in",
                ["username": "admin@example.com", "password": "Correct-Horse-7", "next": path],
                token: ""
            )
            #expect(answer.headers[.location] == "/")
        }
    }

    @Test("whoever must have a second factor is led to setting one up, and goes on after it")
    func enrolment() async throws {
        var user = try await test.makeUser("jane@example.com")
        user.authorizations.requiresSecondFactorEnrolment = true
        try await test.overwrite(user)
        _ = try await browser.signIn("jane@example.com")
        for path in ["/account", "/account/keys", "/admin/users"] {
            #expect(try await browser.get(path).headers[.location] == "/account/security")
        }
        let page = try await browser.page("/account/security")
        #expect(page.contains("You have to set up a second factor"))
        user.secondFactor.isEmailEnabled = true
        try await test.overwrite(user)
        #expect(try await browser.get("/account").status == .ok)
    }

    @Test("whoever has a temporary password is led to a new one from every page")
    func temporary() async throws {
        let user = try await test.makeUser("jane@example.com")
        try await PasswordService(test.directory).change(
            .user(.id(user.id)),
            by: test.asAdministrator
        ) { PasswordChange(new: Secret("Correct-Horse-8"), current: nil, isTemporary: true) }
        _ = try await browser.signIn("jane@example.com", password: "Correct-Horse-8")
        for path in ["/account", "/account/security", "/admin/users"] {
            #expect(try await browser.get(path).headers[.location] == "/account/password")
        }
        let token = try await browser.page("/account/password")
        let start = try #require(token.firstRange(of: "name=\"token\" value=\"")).upperBound
        let form = ["current_password": "Correct-Horse-8", "password": "Correct-Horse-9"]
        let done = try await browser.post(
            "/account/password",
            form,
            token: String(token[start...].prefix(64))
        )
        #expect(done.status == .seeOther)
        #expect(try await browser.get("/account").status == .ok)
    }
}
