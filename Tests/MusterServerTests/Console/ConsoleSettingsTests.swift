import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Settings in the console", .everyStore)
struct ConsoleSettingsTests {
    @Test("without a program around the server the rules of the directory are shown")
    func rules() async throws {
        let browser = Browser(try await TestDirectory())
        _ = try await browser.signIn(TestDirectory.administratorName)
        let page = try await browser.page("/admin/settings")
        #expect(page.contains("session.<wbr>lifetimeSeconds") && !page.contains("Comes from"))
    }
}
