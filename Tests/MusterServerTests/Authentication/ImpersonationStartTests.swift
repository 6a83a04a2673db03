import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("The beginning of acting in another's name", .everyStore)
struct ImpersonationStartTests {
    @Test("nobody acts unrecorded while the record of the first request is on its way")
    func meanwhile() async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        _ = try await test.makeUser("jane@example.com")
        let administrator = test.asAdministrator
        let seen = Mutex<Int?>(nil)
        store.before(change: 0) {
            do {
                _ = try await test.authenticator.impersonate("jane@example.com", by: administrator)
                let count = try await starts(test)
                seen.withLock { $0 = count }
            } catch {
                Issue.record(error)
            }
        }
        _ = try await test.authenticator.impersonate("jane@example.com", by: administrator)
        #expect(seen.withLock(\.self) == 1)
        #expect(try await starts(test) == 2)
        _ = try await test.authenticator.impersonate("jane@example.com", by: administrator)
        #expect(try await starts(test) == 2)
    }

    private func starts(_ test: TestDirectory) async throws(MusterError) -> Int {
        try await test.auditEvents().count { $0.action == .impersonationStart }
    }
}
