import Logging
import MusterCore
import MusterServer
import MusterTesting
import StoreTesting
import Testing

@Suite("Housekeeping", .everyStore)
struct JanitorTests {
    @Test("a server that stops writes what it had noted, and ends impersonations")
    func stop() async throws {
        let test = try await TestDirectory()
        let user = try await test.makeUser("jane@example.com")
        let administrator = try await test.enter(test.administratorKeys)
        _ = try await test.authenticator.impersonate("jane@example.com", by: administrator)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let janitor = Janitor(test.directory, logger: logger)
        let run = Task { try await janitor.run() }
        run.cancel()
        try await run.value
        let stored = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.id(test.administrator.id))
        }
        #expect(stored?.lastKeyUse == test.clock.now())
        let last = try #require(try await test.auditEvents().last)
        #expect(last.action == .impersonationEnd && last.target == AuditParty(user))
    }

    @Test("a store that fails does not keep the server from stopping")
    func failingStore() async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        _ = try await test.enter(test.administratorKeys)
        store.failWrites(100)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let janitor = Janitor(test.directory, logger: logger)
        let run = Task { try await janitor.run() }
        run.cancel()
        try await run.value
    }
}
