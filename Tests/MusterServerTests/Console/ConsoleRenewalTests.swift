import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("A session of the console whose owner changes its password", .everyStore)
struct ConsoleRenewalTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    @Test(
        "goes on by another cookie, and whoever has the former one is out",
        arguments: ["/account/password", "/admin/users/ID/password"]
    )
    func renewed(_ route: String) async throws {
        let path = route.replacing("ID", with: "\(test.administrator.id.rawValue)")
        let browser = Browser(test)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let name = ConsoleCookie.session.rawValue
        let stolen = try #require(browser[cookie: name])
        let form = ["password": "Better-Horse-8", "current_password": "Correct-Horse-7"]
        #expect(try await browser.post(path, form).status == .seeOther)
        let own = try #require(browser[cookie: name])
        #expect(own != stolen)
        #expect(try await browser.get("/account").status == .ok)
        let thief = Browser(test)
        thief[cookie: name] = stolen
        #expect(try await thief.get("/account").status != .ok)
    }

    @Test("stays as it is where the password is somebody else's")
    func another() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let browser = Browser(test)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let before = browser[cookie: ConsoleCookie.session.rawValue]
        let form = ["password": "Better-Horse-8"]
        let path = "/admin/users/\(jane.id.rawValue)/password"
        #expect(try await browser.post(path, form).status == .seeOther)
        #expect(browser[cookie: ConsoleCookie.session.rawValue] == before)
    }
}
