import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

/// A form of administration, and whether a stolen session must not send it.
struct ProofCase: Sendable, CustomTestStringConvertible {
    /// How it is guarded.
    enum Guard: Sendable {
        /// The own password is asked for, unless it was shown lately.
        case proof
        /// It takes nothing but the session.
        case session
        /// The service asks, in the form itself.
        case service
    }

    let route: String
    let form: [String: String]
    let guarded: Guard

    init(_ route: String, _ guarded: Guard, _ form: [String: String] = [:]) {
        (self.route, self.form, self.guarded) = (route, form, guarded)
    }

    var testDescription: String { route + (form["action"].map { " " + $0 } ?? "") }

    private static let fields = [
        "username": "jane@example.com", "permissions": "16", "timeout": "0", "enabled": "on",
        "api_permitted": "on", "password_permitted": "on", "saml_permitted": "on",
    ]

    private static func bulk(_ action: String, _ guarded: Guard) -> ProofCase {
        let form = [
            "action": action, "confirmed": "yes", "user": "JANE", "group": "TEAM", "way": "api",
        ]
        return ProofCase("/admin/users/bulk", guarded, form)
    }

    private static func edit(_ guarded: Guard, _ change: [String: String]) -> ProofCase {
        var form = fields.merging(change) { $1 }
        form["revision"] = "REVISION"
        return ProofCase("/admin/users/:id", guarded, form.filter { !$0.value.isEmpty })
    }

    private static func new(_ guarded: Guard, _ change: [String: String]) -> ProofCase {
        let form = fields.merging(["username": "new@example.com"]) { $1 }
        return ProofCase("/admin/users/new", guarded, form.merging(change) { $1 })
    }

    static let all: [ProofCase] = [
        new(.session, [:]), new(.session, ["password": "Correct-Horse-8"]),
        new(.proof, ["permissions": "64"]), new(.proof, ["masks": "yes", "readbm": "3"]),
        edit(.session, ["name": "Jane", "note": "x", "timeout": "60"]),
        edit(.session, ["enabled": "", "api_permitted": ""]),
        edit(.session, ["two_factor_required": "on"]),
        edit(.proof, ["permissions": "32"]), edit(.proof, ["masks": "yes", "writebm": "1"]),
        edit(.proof, ["hosts": "10.0.0.0/8"]), edit(.proof, ["email": "other@example.com"]),
        edit(.proof, ["username": "joan@example.com"]),
        edit(.proof, ["expires_at": "2027-12-31T23:59:59Z"]),
        ProofCase("/admin/users/:id/password", .proof, ["password": "Correct-Horse-9"]),
        ProofCase("/admin/users/:id/factors/reset", .proof),
        ProofCase("/admin/users/:id/api-keys", .proof),
        ProofCase("/admin/users/:id/ssh-keys", .proof, ["key": "none"]),
        ProofCase("/admin/users/:id/groups/add", .proof, ["group": "TEAM"]),
        ProofCase("/admin/users/:id/delete", .proof, ["typed": "jane@example.com"]),
        ProofCase("/admin/users/:id/act", .proof),
        ProofCase("/admin/users/:id/unlock", .session),
        ProofCase("/admin/users/:id/sessions/end", .session),
        ProofCase("/admin/users/:id/sessions/end-one", .session, ["session": "none"]),
        ProofCase("/admin/users/:id/api-keys/revoke", .session),
        ProofCase("/admin/users/:id/ssh-keys/remove", .session, ["fingerprint": "none"]),
        ProofCase("/admin/users/:id/groups/remove", .session, ["group": "TEAM"]),
        bulk("enable", .proof), bulk("open-ways", .proof), bulk("add-to-group", .proof),
        bulk("delete", .proof), bulk("disable", .session), bulk("unlock", .session),
        bulk("require-factor", .session), bulk("close-ways", .session),
        bulk("end-sessions", .session), bulk("remove-from-group", .session),
        ProofCase("/admin/users/bulk", .session, ["action": "delete", "user": "JANE"]),
        ProofCase("/admin/groups", .session, ["name": "Others"]),
        ProofCase("/admin/groups/:id", .proof, ["name": "Renamed"]),
        ProofCase("/admin/groups/:id/members", .proof, ["user": "jane@example.com"]),
        ProofCase("/admin/groups/:id/delete", .proof),
        ProofCase("/admin/sessions/end", .session, ["session": "none"]),
        ProofCase(
            "/admin/import",
            .session,
            ["list": "username\nkim@example.com", "mode": "create"]
        ),
        ProofCase("/admin/import/:id/start", .proof),
        ProofCase("/admin/import/:id/discard", .session),
        ProofCase("/admin/export/users", .session),
        ProofCase("/admin/export/users", .service, ["hashes": "on"]),
        ProofCase("/admin/export/backup", .service),
        ProofCase("/admin/impersonation/end", .session),
    ]
    /// Files that the script sends, which are only looked at.
    static let scripts: Set<String> = ["/admin/import/file"]
}

@Suite("What a session alone must not do in the console", .everyStore)
struct ConsoleProofTests {
    private let test: TestDirectory
    private let browser: Browser
    private let jane: User
    private let team: Group

    init() async throws {
        test = try await TestDirectory()
        browser = Browser(test)
        jane = try await test.makeUser("jane@example.com")
        team = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
        _ = try await browser.signIn(TestDirectory.administratorName)
    }

    private func age(by seconds: Int64 = 301) { test.clock.advance(by: .seconds(seconds)) }

    private func values(_ form: [String: String]) -> [String: String] {
        form.mapValues { value in
            switch value {
            case "JANE": "\(jane.id.rawValue)"
            case "TEAM": "\(team.id.rawValue)"
            case "REVISION": "\(jane.changedAt.rawValue)"
            default: value
            }
        }
    }

    private func path(_ route: String) async throws -> String {
        guard route.contains("/import/:id") else {
            let id = route.hasPrefix("/admin/groups") ? team.id.rawValue : jane.id.rawValue
            return route.replacing(":id", with: "\(id)")
        }
        let list = ["list": "username\nkim@example.com", "mode": "create"]
        let place = try await browser.post("/admin/import", list).headers[.location] ?? ""
        return route.replacing("/admin/import/:id", with: place)
    }

    private func events() async throws -> Int {
        try await AuditService(test.directory).events(by: test.asAdministrator) {
            AuditQuery(limit: 1_000)
        }.page.events.count
    }

    private func asksOwn(_ text: String) -> Bool {
        text.contains("Confirm it is you")
            && text.contains("name=\"current_password\" type=\"password\"")
    }

    @Test("every form of administration says whether it asks who sends it")
    func complete() {
        let routes = MusterApplication.routes(
            test.directory,
            ServerConfiguration(host: "localhost", port: 0, version: "1"),
            PeerAddress(trustedProxies: AllowedNetworks()),
            [.console]
        )
        let forms = routes.filter { $0.method == .post && $0.path.hasPrefix("/admin") }.map(\.path)
        #expect(Set(forms) == Set(ProofCase.all.map(\.route)).union(ProofCase.scripts))
    }

    @Test(
        "is nothing that gives more, hands out or destroys: the password is asked for, and the form goes on after it",
        arguments: ProofCase.all
    )
    func forms(_ one: ProofCase) async throws {
        let path = try await path(one.route)
        let form = values(one.form)
        age()
        let before = try await events()
        let answer = try await browser.post(path, form)
        let text = try await answer.text()
        switch one.guarded {
        case .session: #expect(!asksOwn(text))
        case .service:
            // There is no backup without the program around the server.
            #expect(answer.status == .unprocessableContent || answer.status == .notFound)
            #expect(try await events() == before)
        case .proof:
            #expect(answer.status == .unprocessableContent && asksOwn(text))
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(try await events() == before)
            #expect(try await test.current(jane) == jane)
            for (name, value) in form where name != "password" {
                let field = "type=\"hidden\" name=\"\(name)\" value=\"\(value)\""
                #expect(text.contains(field), "\(name)")
            }
            if let password = form["password"] {
                #expect(!text.contains(password) && text.contains("type it once more"))
            }
            let proof = form.merging(["current_password": "Correct-Horse-7"]) { $1 }
            let done = try await browser.post(path, proof)
            #expect(!asksOwn(try await done.text()))
        }
    }

    @Test("a right password counts for five minutes, a sign-in, too")
    func time() async throws {
        let path = "/admin/users/\(jane.id.rawValue)/factors/reset"
        #expect(try await browser.post(path, [:]).status == .seeOther)
        age(by: 299)
        #expect(try await browser.post(path, [:]).status == .seeOther)
        age(by: 1)
        #expect(asksOwn(try await browser.post(path, [:]).text()))
        let proof = ["current_password": "Correct-Horse-7"]
        #expect(try await browser.post(path, proof).status == .seeOther)
        age(by: 299)
        #expect(try await browser.post(path, [:]).status == .seeOther)
        age(by: 1)
        #expect(asksOwn(try await browser.post(path, [:]).text()))
    }

    @Test(
        "a wrong password is told, changes nothing, and is a failed login until nothing is checked any more"
    )
    func wrong() async throws {
        age()
        let path = "/admin/users/\(jane.id.rawValue)/delete"
        var form = ["typed": "jane@example.com", "current_password": "Wrong-Horse-7"]
        for _ in 0..<8 {
            let answer = try await browser.post(path, form)
            #expect(answer.status == .unprocessableContent)
            #expect(try await answer.text().contains("Current password is invalid."))
        }
        form["current_password"] = "Correct-Horse-7"
        let locked = try await browser.post(path, form)
        #expect(try await locked.text().contains("Current password is invalid."))
        #expect(try await test.current(jane).id == jane.id)
        let other = Browser(test)
        let closed = try await other.signIn(TestDirectory.administratorName)
        #expect(closed.status == .unprocessableContent)
    }

    @Test("in another's name nothing of it is done, with whatever password")
    func impersonation() async throws {
        let other = try await test.makeUser("root@example.com", role: .administrator)
        _ = try await browser.post("/admin/users/\(other.id.rawValue)/act", [:])
        _ = try await browser.page("/admin/users")
        let before = try await events()
        for form in [[:], ["current_password": "Correct-Horse-7"]] {
            let answer = try await browser.post(
                "/admin/users/\(jane.id.rawValue)/factors/reset",
                form
            )
            #expect(answer.status == .forbidden)
            let text = try await answer.text()
            #expect(
                text.contains(
                    "This is not done in another&#39;s name. Stop acting as that user first."
                )
            )
        }
        #expect(try await events() == before)
        _ = try await browser.post("/admin/impersonation/end", [:])
        let path = "/admin/users/\(jane.id.rawValue)/factors/reset"
        #expect(try await browser.post(path, [:]).status == .seeOther)
    }

    @Test("nobody acts in another's name by a cookie that the page has not given in this session")
    func forgedActing() async throws {
        let name = "muster_acting_as"
        let root = try await test.makeUser("root@example.com", role: .administrator)
        let other = Browser(test)
        _ = try await other.signIn(TestDirectory.administratorName)
        _ = try await other.post("/admin/users/\(root.id.rawValue)/act", [:])
        let others = try #require(other[cookie: name])
        _ = try await browser.post("/admin/users/\(jane.id.rawValue)/act", [:])
        let own = try #require(browser[cookie: name])
        #expect(try await browser.page("/account").contains("You are acting as"))
        let (digest, foreign) = (String(own.prefix(64)), String(others.dropFirst(64)))
        let values: [String] = [
            "root@example.com", others, digest + foreign,
            String(repeating: "0", count: 64) + foreign,
            String(own.dropLast(2)), own + "0", "0",
        ]
        for value in values {
            browser[cookie: name] = value
            let answer = try await browser.get("/account")
            #expect(answer.status == .forbidden, "\(value)")
            // It is forgotten, and its owner goes on as itself.
            #expect(browser[cookie: name] == nil)
        }
        let text = try await browser.page("/account")
        #expect(text.contains("admin@example.com") && !text.contains("You are acting as"))
        browser[cookie: name] = own
        #expect(try await browser.page("/account").contains("jane@example.com"))
    }

    @Test("lines of a kept field stay lines")
    func lines() async throws {
        age()
        let hosts = "10.0.0.0/8\r\n192.0.2.7"
        let form = [
            "username": "new@example.com", "permissions": "64", "timeout": "0", "hosts": hosts,
        ]
        let text = try await browser.post("/admin/users/new", form).text()
        #expect(text.contains("name=\"hosts\" value=\"10.0.0.0/8\n192.0.2.7\""))
    }

    @Test("nobody without the right is asked for a password")
    func rights() async throws {
        let stranger = Browser(test)
        _ = try await stranger.signIn("jane@example.com")
        age()
        let path = "/admin/users/\(test.administrator.id.rawValue)/delete"
        let answer = try await stranger.post(path, ["typed": "admin@example.com"])
        #expect(answer.status == .forbidden)
        #expect(!asksOwn(try await answer.text()))
    }

    @Test(
        "one's own password and address, changed as somebody's, ask for the own password on the same page"
    )
    func oneself() async throws {
        let own = test.administrator
        let path = "/admin/users/\(own.id.rawValue)/password"
        let asked = try await browser.post(path, ["password": "Correct-Horse-8"])
        #expect(asksOwn(try await asked.text()))
        let form = ["password": "Correct-Horse-8", "current_password": "Correct-Horse-7"]
        #expect(try await browser.post(path, form).status == .seeOther)
        let again = Browser(test)
        let in8 = try await again.signIn(
            TestDirectory.administratorName,
            password: "Correct-Horse-8"
        )
        #expect(in8.status == .seeOther)
    }
}
