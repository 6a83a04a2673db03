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

    @Test(
        "passkeys of another host are told beside those who are served already",
        .timeLimit(.minutes(10))
    )
    func strandedPasskeys() async throws {
        let test = try await TestDirectory()
        let (owner, now) = (test.administrator.id, test.clock.now())
        let passkey = Passkey(
            credentialID: [1],
            publicKey: [2],
            model: [UInt8](repeating: 0, count: 16),
            counter: 0,
            isBackupEligible: false,
            isBackedUp: false,
            site: "old.example.com"
        )
        try await test.directory.store.write { transaction throws(MusterError) in
            _ = try transaction.insertFactor(.passkey(passkey), of: owner, label: "Mine", at: now)
        }
        let lines = Lines()
        let janitor = Janitor(test.directory, logger: lines.logger)
        let run = Task { try await janitor.run() }
        while lines.all.isEmpty, !Task.isCancelled { await Task.yield() }
        run.cancel()
        try await run.value
        #expect(lines.all.map(\.message) == ["passkeys sign nobody in"])
        #expect(
            lines.all.first?.metadata["advice"].map { "\($0)" }?.contains("1 for old.example.com")
                == true
        )
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
