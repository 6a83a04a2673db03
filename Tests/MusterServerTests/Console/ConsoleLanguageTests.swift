import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("The console in another language", .everyStore)
struct ConsoleLanguageTests {
    private let test: TestDirectory
    private let browser: Browser
    private let jane: User
    private let team: Group

    init() async throws {
        test = try await TestDirectory(rules: .withPasskeys)
        browser = Browser(test, speaking: MarkedTexts.catalogue)
        jane = try await test.makeUser("jane@example.com")
        team = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
        try await test.groups.setMembership(
            of: .id(jane.id),
            in: .id(team.id),
            isMember: true,
            by: test.asAdministrator
        )
        _ = try await test.logIn("jane@example.com")
        _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
        _ = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        _ = try await browser.signIn(TestDirectory.administratorName)
    }

    /// Words that are the directory's and the same in every language: of the APIs, and of this test.
    private func data() async throws -> [String] {
        let names = ["admin@example.com", "jane@example.com", "Team", "Phone", "All Users"]
        let words = Role.allCases.map(\.name) + Resource.allCases.map(\.name)
        // Their parts stand apart, so that they may be broken in narrow windows.
        let actions = AuditAction.all.flatMap { $0.rawValue.split(separator: ".").map(String.init) }
        let signs = [
            "Muster", "UTC", "KiB", "MiB", "GiB", "2026-01-31T00:00:00Z", "2026-02-28T23:59:59Z",
        ]
        let events = try await test.auditEvents().flatMap(\.fields).flatMap { [$0.key, $0.value] }
        return (names + words + actions + signs + events).filter { !$0.isEmpty }
            .sorted { $0.utf8.count > $1.utf8.count }
    }

    private func expectMarked(
        _ answer: Response,
        _ what: String,
        said: [String] = []
    ) async throws {
        let text = try await answer.text()
        #expect(text.contains("<html lang=\"xx\">"), "\(what)")
        let unmarked = MarkedTexts.unmarked(in: text, data: said + (try await data()))
        #expect(unmarked.isEmpty, "\(what): \(unmarked)")
    }

    @Test("the catalogue is texts and nothing else")
    func catalogue() {
        #expect(MarkedTexts.isOfTexts)
    }

    @Test("no page has a text that is not of the catalogue")
    func pages() async throws {
        let (user, group) = (
            "/admin/users/\(jane.id.rawValue)", "/admin/groups/\(team.id.rawValue)"
        )
        let paths = [
            "/account", "/account/password", "/account/security", "/account/security/app",
            "/account/keys", "/account/sessions", "/admin", "/admin?span=month", "/admin/users",
            "/admin/users?q=nobody", "/admin/users?q=jane&state=enabled&role=16&unused=90",
            "/admin/users?cols=yes&col=email&col=role&col=state&col=ways&col=hosts&col=id",
            "/admin/users/new", user, user + "?why=yes", user + "?address=10.1.2.3",
            "/admin/groups", group, "/admin/sessions", "/admin/audit", "/admin/audit?who=nobody",
            "/admin/import", "/admin/export", "/account?done=saved", "/account?done=few-codes",
        ]
        for path in paths { try await expectMarked(try await browser.get(path), path) }
    }

    @Test("what forms lead to has none either")
    func forms() async throws {
        let user = "/admin/users/\(jane.id.rawValue)"
        let bulk = ["action": "disable", "user": "\(jane.id.rawValue)"]
        let forms: [(path: String, form: [String: String])] = [
            ("/account/security/app", ["label": "Phone"]), ("/account/keys/api", [:]),
            (
                "/account/security/phone",
                ["phone": "+4915112345678", "password": "Correct-Horse-7"]
            ),
            (user + "/api-keys", [:]), ("/admin/users/bulk", bulk),
            ("/admin/users/bulk", bulk.merging(["action": "open-ways"]) { $1 }),
            ("/admin/users/bulk", bulk.merging(["action": "add-to-group"]) { $1 }),
            (
                "/admin/users/bulk",
                bulk.merging(["action": "add-to-group", "confirmed": "yes"]) { $1 }
            ),
            ("/admin/users/bulk", bulk.merging(["confirmed": "yes"]) { $1 }),
        ]
        for (path, form) in forms {
            // The secret of an app is read by people letter by letter.
            try await expectMarked(try await browser.post(path, form), "\(path) \(form)")
        }
        test.clock.advance(by: .seconds(301))
        for path in [user + "/delete", user + "/password"] {
            try await expectMarked(try await browser.post(path, ["password": "x"]), path)
        }
        let refused = try await browser.post("/account/keys/api", ["password": "x"])
        try await expectMarked(refused, "keys", said: ["Current password is invalid."])
    }

    @Test(
        "refusals say what the directory says, in a page of the language, also where nobody knows who asks"
    )
    func refusals() async throws {
        let gone = MusterError(.userNotFound, "The user does not exist.")
        let answer = try await browser.get("/admin/users/9999")
        #expect(answer.status == .notFound)
        try await expectMarked(answer, "gone", said: [try await said(by: answer)])
        let server = TestServer(
            test,
            dialects: Dialect.all + [.makeConsole(in: MarkedTexts.catalogue)]
        )
        let errors = [
            gone, .rateLimited("Too many.", retryAfter: .seconds(3)),
            .overloaded("Too much.", retryAfter: 3), MusterError(.serverInternal, "x"),
        ]
        for error in errors {
            let page = server.answer(to: error, path: "/account")
            let text = String(decoding: page.body ?? [], as: UTF8.self)
            #expect(text.contains("<html lang=\"xx\">"))
            let unmarked = MarkedTexts.unmarked(
                in: text,
                // Whole sentences before the words in them.
                data: [RootResponder.internalMessage, error.message] + (try await data())
            )
            #expect(unmarked.isEmpty, "\(error.code): \(unmarked)")
        }
    }

    /// What a page of an error tells.
    private func said(by answer: Response) async throws -> String {
        let text = try await answer.text()
        let range = try #require(text.firstRange(of: "role=\"alert\">"))
        return String(text[range.upperBound...].prefix { $0 != "<" })
    }

    @Test("strangers read nothing else")
    func strangers() async throws {
        let stranger = Browser(test, speaking: MarkedTexts.catalogue)
        for path in ["/sign-in", "/sign-in?done=expired", "/sign-in?done=signed-out"] {
            try await expectMarked(try await stranger.get(path), path)
        }
        let wrong = try await stranger.signIn("jane@example.com", password: "wrong")
        try await expectMarked(wrong, "wrong")
        let kept = try await stranger.post("/account", ["name": "Jane"], token: "0")
        try await expectMarked(kept, "kept")
        try await setCodes()
        let begun = try await stranger.signIn("jane@example.com")
        #expect(begun.status == .seeOther)
        try await expectMarked(try await stranger.get("/sign-in/factor"), "factor")
        let refused = try await stranger.post("/sign-in/factor", ["code": "1"], token: "")
        try await expectMarked(refused, "refused")
    }

    @Test("a form that was kept is shown by the names that people read")
    func resumed() async throws {
        let stranger = Browser(test, speaking: MarkedTexts.catalogue)
        let names = Set(FieldCase.all.filter { !$0.isSecret && $0.field != "code" }.map(\.field))
        let boxes = [
            "enabled", "permissions", "readbm", "writebm", "lviewbm", "password_permitted",
            "api_permitted", "saml_permitted", "two_factor_required", "temporary", "group", "way",
            "action", "sms", "mode", "create_groups", "hashes",
        ]
        let kept = (names + boxes).map { "\($0)=1" }.joined(separator: "&")
        let form = [
            "username": "jane@example.com", "password": "Correct-Horse-7",
            "kept_path": "/account", "kept": kept,
        ]
        let answer = try await stranger.post("/sign-in", form, token: "")
        #expect(answer.status == .ok)
        try await expectMarked(answer, "resumed")
    }

    private func setCodes() async throws {
        var user = try await test.current(jane)
        user.secondFactor = SecondFactor(
            phone: try PhoneNumber("+4915112345678"),
            isPhoneVerified: true,
            isSMSEnabled: true,
            isEmailEnabled: true
        )
        try await test.overwrite(user)
    }
}
