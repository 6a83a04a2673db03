import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("A form of the console whose user is changed on the way", .everyStore)
struct ConsoleEditRaceTests {
    @Test(
        "gives nothing back that another administrator has just taken away",
        arguments: [true, false]
    )
    func writtenBack(_ givesPassword: Bool) async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        let jane = try await test.makeUser("jane@example.com", role: .administrator)
        let browser = Browser(test)
        _ = try await browser.signIn(TestDirectory.administratorName)
        // An address opens more, so that the form asks for the password of whoever sends it.
        var form = [
            "username": "jane@example.com", "permissions": "64", "timeout": "0", "enabled": "on",
            "api_permitted": "on", "password_permitted": "on", "saml_permitted": "on",
            "email": "jane@example.org", "revision": "\(jane.changedAt.rawValue)",
        ]
        if givesPassword { form["current_password"] = "Correct-Horse-7" }
        // With a password the first change keeps that it was given, and the second one is what the form is for.
        store.before(change: givesPassword ? 1 : 0) {
            do {
                test.clock.advance(by: .milliseconds(1))
                let changes = UserChanges {
                    $0.role = .basic
                    $0.isEnabled = false
                }
                _ = try await test.users.edit(.user(.id(jane.id)), by: test.asAdministrator) {
                    () throws(MusterError) in changes
                }
            } catch {
                Issue.record(error)
            }
        }
        let answer = try await browser.post("/admin/users/\(jane.id.rawValue)", form)
        #expect(answer.status != .seeOther)
        let now = try await test.current(jane)
        #expect(now.role == .basic && !now.isEnabled && now.email == nil)
    }
}
