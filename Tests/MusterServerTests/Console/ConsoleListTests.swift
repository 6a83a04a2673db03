import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Lists, exports and keys in the console", .everyStore)
struct ConsoleListTests {
    private static let key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC jane@desk"
    private static let otherKey =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIENDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0ND"

    private let test: TestDirectory
    private let browser: Browser

    init() async throws {
        test = try await TestDirectory()
        browser = Browser(test)
    }

    private func keys(of user: User) async throws -> Int {
        try await test.sshKeys.list(of: .id(user.id), by: test.asAdministrator).keys.count
    }

    @Test("everybody adds SSH keys of its own, sees the fingerprint first, and proves who it is")
    func ownKeys() async throws {
        let user = try await test.makeUser("jane@example.com")
        _ = try await browser.signIn("jane@example.com")
        var form = ["key": ConsoleListTests.key]
        let shown = try await browser.post("/account/keys/ssh", form)
        #expect(shown.status == .ok)
        #expect(try await shown.text().contains("SHA256:"))
        #expect(try await keys(of: user) == 0)
        form["confirmed"] = "yes"
        #expect(try await browser.post("/account/keys/ssh", form).status == .seeOther)
        #expect(try await keys(of: user) == 1)

        test.clock.advance(by: .seconds(360))
        form["key"] = ConsoleListTests.otherKey
        let asked = try await browser.post("/account/keys/ssh", form)
        #expect(asked.status == .unprocessableContent)
        #expect(try await asked.text().contains("name=\"password\" type=\"password\""))
        form["password"] = "wrong"
        let wrong = try await browser.post("/account/keys/ssh", form)
        #expect(wrong.status == .unprocessableContent)
        #expect(try await keys(of: user) == 1)
        form["password"] = "Correct-Horse-7"
        #expect(try await browser.post("/account/keys/ssh", form).status == .seeOther)
        #expect(try await keys(of: user) == 2)

        let print = try await test.sshKeys.list(of: .id(user.id), by: test.asAdministrator)
            .keys[0].fingerprint
        let gone = ["fingerprint": print]
        #expect(try await browser.post("/account/keys/ssh/remove", gone).status == .seeOther)
        #expect(try await keys(of: user) == 1)
        let bad = try await browser.post("/account/keys/ssh", ["key": "no key"])
        #expect(bad.status == .unprocessableContent)
        #expect(try await bad.text().contains("aria-invalid"))
    }

    @Test("users are taken out as lines; with hashes only by whoever has just shown the password")
    func export() async throws {
        _ = try await test.makeUser("jane@example.com")
        _ = try await browser.signIn(TestDirectory.administratorName)
        let plain = try await browser.post("/admin/export/users", [:])
        #expect(plain.headers[.contentDisposition]?.contains("attachment; filename=") == true)
        let text = try await plain.text()
        #expect(text.contains("jane@example.com") && !text.contains("password_hash"))
        let fresh = try await browser.post("/admin/export/users", ["hashes": "on"])
        #expect(try await fresh.text().contains("password_hash"))

        test.clock.advance(by: .seconds(360))
        let asked = try await browser.post("/admin/export/users", ["hashes": "on"])
        #expect(asked.status == .unprocessableContent)
        #expect(try await asked.text().contains("name=\"password\""))
        let form = ["hashes": "on", "password": "Correct-Horse-7"]
        let given = try await browser.post("/admin/export/users", form)
        #expect(try await given.text().contains("password_hash"))
    }

    @Test("whoever may not administer users takes nothing out and brings nothing in")
    func rights() async throws {
        _ = try await test.makeUser("jane@example.com")
        _ = try await browser.signIn("jane@example.com")
        for path in ["/admin/import", "/admin/export", "/admin/users/list.csv"] {
            #expect(try await browser.get(path).status != .ok, "\(path)")
        }
        let list = ["list": "{\"username\":\"eve@example.com\"}", "mode": "create"]
        #expect(try await browser.post("/admin/import", list).status == .forbidden)
        #expect(try await browser.post("/admin/export/users", [:]).status == .forbidden)
        #expect(try await browser.post("/admin/export/backup", [:]).status != .ok)
    }

    @Test("an import is shown to nobody but the administrator who has begun it")
    func otherImports() async throws {
        _ = try await test.makeUser("root@example.com", role: .administrator)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let list = ["list": "{\"username\":\"eve@example.com\"}", "mode": "create"]
        let path = try await browser.post("/admin/import", list).headers[.location] ?? ""
        #expect(path.hasPrefix("/admin/import/"))
        #expect(try await browser.get(path).status == .ok)
        let other = Browser(test)
        _ = try await other.signIn("root@example.com")
        #expect(try await other.get(path).status == .notFound)
        #expect(try await other.post(path + "/start", [:]).status == .notFound)
        let empty = try await browser.post("/admin/import", ["list": " ", "mode": "create"])
        #expect(empty.status == .unprocessableContent)
    }

    @Test("the columns that were chosen last stay")
    func columns() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        let chosen = try await browser.page("/admin/users?cols=yes&col=hosts&col=id")
        #expect(chosen.contains(">May come in from</th>") && !chosen.contains(">Role</th>"))
        #expect(try await browser.page("/admin/users").contains(">May come in from</th>"))
        let none = try await browser.page("/admin/users?cols=yes")
        #expect(!none.contains(">May come in from</th>") && none.contains(">User</th>"))
        #expect(!(try await browser.page("/admin/users")).contains(">Role</th>"))
    }

    @Test("everybody sees its own last sign-ins, with those that were refused, and nobody else's")
    func signIns() async throws {
        _ = try await test.makeUser("jane@example.com")
        _ = try await test.makeUser("john@example.com")
        _ = try await browser.signIn("jane@example.com", password: "wrong")
        _ = try await browser.signIn("jane@example.com")
        let page = try await browser.page("/account/sessions")
        #expect(page.contains("Your last sign-ins") && page.contains(">refused<"))
        let other = Browser(test)
        _ = try await other.signIn("john@example.com")
        #expect(!(try await other.page("/account/sessions")).contains(">refused<"))
    }

    @Test("the overview has a day by hours and a month by days")
    func spans() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        #expect(try await browser.page("/admin").contains("last 24 hours"))
        #expect(try await browser.page("/admin?span=month").contains("last 30 days"))
        #expect(try await browser.get("/admin?span=year").status == .ok)
    }
}
