import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Pages of the console", .everyStore)
struct ConsolePageTests {
    private let test: TestDirectory
    private let browser: Browser

    init() async throws {
        test = try await TestDirectory()
        browser = Browser(test)
    }

    @Test(
        "a form that is wrong keeps what was typed, says so beside the field, and changes nothing"
    )
    func keepsInput() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        let answer = try await browser.post(
            "/admin/users/new",
            [
                "username": "jane@example.com", "name": "Jane", "permissions": "16", "timeout": "0",
                "hosts": "10.0.0.1/8", "masks": "yes", "readbm": "3",
            ]
        )
        #expect(answer.status == .unprocessableContent)
        let text = try await answer.text()
        #expect(text.contains("value=\"jane@example.com\"") && text.contains("10.0.0.1/8"))
        #expect(text.contains("id=\"e-hosts\"") && text.contains("aria-invalid=\"true\""))
        #expect(text.contains("value=\"3\" checked data-mask=\"readbm\""))
        await #expect(throws: MusterError.self) {
            try await test.users.details(
                .user(.username("jane@example.com")),
                by: test.asAdministrator
            )
        }
    }

    @Test("a user is made with hosts and masks, and changed only as it was seen")
    func changes() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        var form = [
            "username": "jane@example.com", "permissions": "16", "timeout": "60", "enabled": "on",
            "hosts": "10.0.0.0/8\r\n192.0.2.7", "masks": "yes", "readbm": "3", "writebm": "0",
            "password_permitted": "on",
        ]
        let made = try await browser.post("/admin/users/new", form)
        #expect(made.status == .seeOther)
        let user = try await test.users.details(
            .user(.username("jane@example.com")),
            by: test.asAdministrator
        )
        #expect(user.hosts.texts == ["10.0.0.0/8", "192.0.2.7"])
        #expect(user.masks == Masks(read: 8, write: 1))
        #expect(!user.authorizations.api && user.authorizations.password)

        form["revision"] = "1"
        form["name"] = "Stale"
        let stale = try await browser.post("/admin/users/\(user.id.rawValue)", form)
        #expect(stale.status == .preconditionFailed)
        // What was typed stays, and what differs is shown beside it.
        let shown = try await stale.text()
        #expect(shown.contains("value=\"Stale\"") && shown.contains("it is now: nothing"))
        #expect(shown.contains("<bdi>nothing</bdi></td><td data-label=\"You typed\"><bdi>Stale"))
        #expect(!shown.contains(">May come in at all</th>"))
        #expect(shown.contains("name=\"revision\" value=\"\(user.changedAt.rawValue)\""))
        #expect(try await test.current(user).name == nil)
        form["revision"] = "\(user.changedAt.rawValue)"
        form["name"] = "Jane"
        let fresh = try await browser.post("/admin/users/\(user.id.rawValue)", form)
        #expect(fresh.status == .seeOther)
        #expect(try await test.current(user).name == "Jane")
    }

    @Test("bits without a name stay when masks are ticked")
    func unknownBits() async throws {
        var user = try await test.makeUser("jane@example.com")
        user.masks = Masks(read: 1 << 40 | 1)
        try await test.overwrite(user)
        user = try await test.current(user)
        var own = try await test.current(test.administrator)
        own.masks = Masks.all
        try await test.overwrite(own)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let form = [
            "username": "jane@example.com", "permissions": "16", "timeout": "0", "enabled": "on",
            "masks": "yes", "readbm": "2", "password_permitted": "on", "api_permitted": "on",
            "saml_permitted": "on", "revision": "\(user.changedAt.rawValue)",
        ]
        let answer = try await browser.post("/admin/users/\(user.id.rawValue)", form)
        #expect(answer.status == .seeOther)
        #expect(try await test.current(user).masks.read == 1 << 40 | 4)
    }

    @Test("many users are asked about by name, and each is told of")
    func bulk() async throws {
        let user = try await test.makeUser("jane@example.com")
        _ = try await browser.signIn(TestDirectory.administratorName)
        let form = ["action": "disable", "user": "\(user.id.rawValue)"]
        let asked = try await browser.post("/admin/users/bulk", form).text()
        #expect(asked.contains("jane@example.com"))
        #expect(try await test.current(user).isEnabled)
        let own = try await browser.post(
            "/admin/users/bulk",
            ["action": "disable", "confirmed": "yes", "user": "\(test.administrator.id.rawValue)"]
        ).text()
        #expect(own.contains("not done"))
        _ = try await browser.post("/admin/users/bulk", form.merging(["confirmed": "yes"]) { $1 })
        #expect(try await !test.current(user).isEnabled)
        let why = try await browser.page("/admin/users/\(user.id.rawValue)?why=yes")
        #expect(why.contains("The account is disabled."))
    }

    @Test(
        "a passkey can be added where the public address has a name; elsewhere the page says what to set",
        arguments: [nil, "https://192.0.2.1", "https://muster.example.com"]
    )
    func passkeys(_ address: String?) async throws {
        let rules = DirectoryRules(publicURL: try address.map { try PublicURL($0) })
        let browser = Browser(try await TestDirectory(rules: rules))
        _ = try await browser.signIn(TestDirectory.administratorName)
        let page = try await browser.page("/account/security")
        let isOffered = address?.contains("example") ?? false
        #expect(page.contains("data-passkey=\"add\"") == isOffered)
        #expect(page.contains("whoever runs this server has to set http.publicURL,") != isOffered)
    }

    @Test("nobody without the right sees pages of administration")
    func rights() async throws {
        _ = try await test.makeUser("jane@example.com")
        _ = try await browser.signIn("jane@example.com")
        let paths = [
            "/admin", "/admin/users", "/admin/users/2", "/admin/users/new", "/admin/sessions",
            "/admin/audit", "/admin/settings",
        ]
        for path in paths { #expect(try await browser.get(path).status == .forbidden, "\(path)") }
        let answer = try await browser.post("/admin/users/2/delete", ["typed": "admin@example.com"])
        #expect(answer.status == .forbidden)
    }

    @Test(
        "an administrator acts in somebody's name, which every page says, and stops with one form"
    )
    func impersonation() async throws {
        let user = try await test.makeUser("jane@example.com")
        _ = try await browser.signIn(TestDirectory.administratorName)
        _ = try await browser.post("/admin/users/\(user.id.rawValue)/act", [:])
        let page = try await browser.page("/account")
        #expect(page.contains("You are acting as") && page.contains("jane@example.com"))
        _ = try await browser.post("/admin/impersonation/end", [:])
        #expect(try await !browser.page("/account").contains("You are acting as"))
    }
}
