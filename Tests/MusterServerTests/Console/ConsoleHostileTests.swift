import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Names full of markup, through every page of the console")
struct ConsoleHostileTests {
    private static let hostile = "\"><script>alert(1)</script><b title='&amp;"
    private static let inQuery = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E%3Cb+title="

    private let test: TestDirectory
    private let browser: Browser
    private let user: User
    private let group: Group
    private let app: Factor
    /// Sessions for what ends one, or goes on in another's name.
    private let spares: [String: Browser]

    init() async throws {
        let hostile = ConsoleHostileTests.hostile
        let test = try await TestDirectory()
        self.test = test
        browser = Browser(test)
        user = try await test.makeUser("jane@example.com")
        group = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: hostile, isManagedBySAML: nil)
        }
        for user in [user, test.administrator] {
            _ = try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
                var changes = UserChanges()
                changes.name = hostile
                if user.id != test.administrator.id { changes.note = hostile }
                return changes
            }
            try await test.groups.setMembership(
                of: .id(user.id),
                in: .id(group.id),
                isMember: true,
                by: test.asAdministrator
            )
        }
        _ = try await browser.signIn(hostile, password: hostile)
        _ = try await browser.signIn(TestDirectory.administratorName)
        var spares: [String: Browser] = [:]
        for route in ["/sign-out", "/account/sessions/end-all", "/admin/users/:id/act"] {
            let spare = Browser(test)
            _ = try await spare.signIn(TestDirectory.administratorName)
            spares[route] = spare
        }
        self.spares = spares
        let (owners, now) = ([user, test.administrator], test.clock.now())
        app = try await test.directory.store.write { transaction throws(MusterError) in
            var last: Factor?
            for owner in owners {
                last = try transaction.insertFactor(
                    .timeCode(TimeCodeSecret(key: Secret([UInt8](repeating: 1, count: 20)))),
                    of: owner.id,
                    label: hostile,
                    at: now
                )
            }
            guard let last else { throw MusterError(.factorNotFound, "none") }
            return last
        }
    }

    /// Where a form is sent to.
    private func path(_ route: String) -> String {
        let id =
            switch route {
            case let route where route.hasPrefix("/admin/groups"): group.id.rawValue
            case let route where route.hasPrefix("/account"): app.id.rawValue
            default: user.id.rawValue
            }
        return route.replacing(":id", with: "\(id)")
    }

    private func expectHarmless(_ answer: Response, _ what: String) async throws {
        let text = try await answer.text()
        #expect(text.contains("<!doctype html>"), "\(what)")
        #expect(!text.contains("<script>") && !text.contains("<b title"), "\(what)")
    }

    @Test("what is asked for")
    func pages() async throws {
        let (number, query) = (user.id.rawValue, ConsoleHostileTests.inQuery)
        let paths = [
            "/account", "/account/password", "/account/security", "/account/security/app",
            "/account/security/factors/\(app.id.rawValue)", "/account/keys", "/account/sessions",
            "/admin", "/admin?span=\(query)", "/admin/users", "/admin/users?q=\(query)",
            "/admin/users?cols=yes&col=email&col=role&col=state&col=ways&col=hosts&col=id",
            "/admin/users?group=\(group.id.rawValue)", "/admin/users?sort=\(query)",
            "/admin/users?state=\(query)", "/admin/users?role=\(query)",
            "/admin/users?unused=\(query)",
            "/admin/users?after=\(query)", "/admin/users/new", "/admin/users/\(number)",
            "/admin/users/\(number)?why=yes", "/admin/users/\(number)?address=\(query)",
            "/admin/users/\(query)", "/admin/groups", "/admin/groups/\(group.id.rawValue)",
            "/admin/groups/\(query)", "/admin/sessions", "/admin/audit",
            "/admin/audit?who=\(query)&whom=\(query)&action=\(query)&from=\(query)&until=\(query)",
            "/admin/settings", "/admin/import", "/admin/import/\(query)", "/admin/export",
            "/admin/\(query)", "/account/\(query)",
        ]
        for path in paths { try await expectHarmless(try await browser.get(path), path) }
    }

    @Test("what is sent: every form, with markup in each of its fields")
    func forms() async throws {
        let hostile = ConsoleHostileTests.hostile
        let number = user.id.rawValue
        let names = [
            "name", "email", "username", "note", "hosts", "permissions", "timeout", "expires_at",
            "group", "key", "fingerprint", "session", "typed", "label", "code", "phone", "list",
            "mode", "password", "current_password", "id", "uri", "secret", "way", "revision",
            "action", "user", "channel", "codes", "credential", "next", "after", "kept",
            "kept_path", "sms",
        ]
        var form: [String: String] = [:]
        for name in names { form[name] = hostile }
        for route in ConsoleForms.routes(test.directory) {
            let answer = try await (spares[route] ?? browser).post(path(route), form)
            let isPage = answer.headers[.contentType]?.hasPrefix("text/html") ?? false
            if !isPage, ConsoleForms.scripts.contains(route) { continue }
            guard answer.status != .seeOther, answer.headers[.contentDisposition] == nil else {
                continue
            }
            try await expectHarmless(answer, route)
        }
        for action in ["disable", "open-ways", "add-to-group", "delete", hostile] {
            form = ["action": action, "user": "\(number)"]
            try await expectHarmless(try await browser.post("/admin/users/bulk", form), action)
        }
        form = ["action": "enable", "user": "\(number)", "confirmed": "yes"]
        try await expectHarmless(try await browser.post("/admin/users/bulk", form), "results")
    }

    @Test("what a program says that it is, on every list of sessions")
    func programs() async throws {
        let hostile = ConsoleHostileTests.hostile
        let other = Browser(test)
        other.program = hostile + "\u{202E}\t" + String(repeating: "x", count: 200)
        // Jane would be asked for the code of her app.
        let joan = try await test.makeUser("joan@example.com")
        _ = try await other.signIn("joan@example.com")
        let paths = ["/admin/sessions", "/admin/users/\(joan.id.rawValue)"]
        var pages = [("/account/sessions", try await other.get("/account/sessions"))]
        for path in paths { pages.append((path, try await browser.get(path))) }
        for (path, answer) in pages {
            #expect(answer.status == .ok)
            try await expectHarmless(answer, path)
            let text = try await answer.text()
            let kept =
                "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;b title=&#39;&amp;amp;????x"
            #expect(text.contains(kept) && !text.contains("\u{202E}"), "\(path)")
            #expect(!text.contains(String(repeating: "x", count: 128)), "\(path)")
        }
    }

    @Test("what strangers see: the sign-in, with what was kept of a form")
    func strangers() async throws {
        let hostile = ConsoleHostileTests.hostile
        _ = try await test.makeUser("joan@example.com")
        let stranger = Browser(test)
        for path in ["/sign-in?next=\(ConsoleHostileTests.inQuery)", "/sign-in?done=%3Cscript%3E"] {
            try await expectHarmless(try await stranger.get(path), path)
        }
        let form = ["name": hostile, hostile: hostile]
        try await expectHarmless(try await stranger.post("/account", form, token: "0"), "kept")
        var values = ["username": hostile, "password": hostile, "next": hostile]
        try await expectHarmless(try await stranger.post("/sign-in", values, token: ""), "refused")
        values = [
            "username": "joan@example.com", "password": "Correct-Horse-7",
            "kept_path": "/account", "kept": "name=\(ConsoleHostileTests.inQuery)",
        ]
        let shown = try await stranger.post("/sign-in", values, token: "")
        #expect(shown.status == .ok)
        try await expectHarmless(shown, "resumed")
    }
}
