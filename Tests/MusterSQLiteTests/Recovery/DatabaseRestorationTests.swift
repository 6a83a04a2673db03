import MusterCore
import MusterCrypto
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("What is different in a restored directory")
struct DatabaseRestorationTests {
    private let digest = Digest([UInt8](repeating: 7, count: 32))

    @Test("no session is left, and each says why it ended")
    func sessions() async throws {
        let test = try await RecoveryFolder()
        try test.settle(test.path)
        let store = try test.open()
        let (session, end) = try store.readNow { reader throws(MusterError) in
            (try reader.session(digest), try reader.sessionEnd(digest))
        }
        #expect(session == nil && end == .directoryRestored)
        try store.close()
    }

    @Test("the log says that it was restored")
    func audit() async throws {
        let test = try await RecoveryFolder()
        try test.settle(test.path)
        let store = try test.open()
        let events = try store.readNow { reader throws(MusterError) in
            try reader.auditEvents(AuditQuery(conditions: [.action("directory.restore")]))
        }
        #expect(events == [RecoveryFolder.event(.directoryRestore)])
        try store.close()
    }

    @Test(
        "phones stay with their key, and are forgotten without it; who used them is asked for new ones"
    )
    func phones() async throws {
        let test = try await RecoveryFolder()
        try await test.addPhone()
        try test.settle(test.path)
        let kept = try #require(try test.inspect(test.path).administrators().first?.user)
        #expect(kept.secondFactor.phone?.text == "+15552223333")
        #expect(kept.secondFactor.isSMSEnabled)
        try test.settle(test.path, forgetsSealed: true)
        let other = try test.inspect(test.path, with: MasterKey.random())
        let user = try #require(try other.administrators().first?.user)
        #expect(user.secondFactor == SecondFactor())
        #expect(user.authorizations.requiresSecondFactorEnrolment)
    }

    @Test(
        "apps stay with their key, and are forgotten without it; who had one has to set up a factor again"
    )
    func apps() async throws {
        let test = try await RecoveryFolder()
        try await test.addApp()
        try await test.addApp(triesLeft: 5)
        #expect(try test.inspect(test.path).summary().apps == 1)
        try test.settle(test.path)
        #expect(try factors(test) == [true])
        try test.settle(test.path, forgetsSealed: true)
        #expect(try factors(test).isEmpty)
        let user = try #require(try test.inspect(test.path).administrators().first?.user)
        #expect(user.authorizations.requiresSecondFactorEnrolment)
    }

    /// Of each factor of the owner, whether it is confirmed.
    private func factors(_ test: RecoveryFolder) throws -> [Bool] {
        let store = try test.open()
        defer { try? store.close() }
        return try store.readNow { reader throws(MusterError) in
            try reader.factors(of: UserID(rawValue: 2)).map(\.isConfirmed)
        }
    }

    @Test("numbers and the revision go on from the directory whose place it takes")
    func counters() async throws {
        let test = try await RecoveryFolder()
        _ = try test.copy()
        let store = try test.open()
        let last = try await store.insert("late@example.com")
        try store.close()
        let counters = try test.inspect(test.path).counters()
        try test.settle(test.copyPath, after: counters)
        let restored = try test.open("copy")
        let revision = try restored.readNow { reader throws(MusterError) in try reader.revision() }
        #expect(revision > counters.revision)
        #expect(try await restored.insert("new@example.com").id.rawValue == last.id.rawValue + 1)
        try restored.close()
    }

    @Test("a counter that the backup has not begun is taken over, too")
    func newCounters() async throws {
        let test = try await RecoveryFolder()
        let counters = DirectoryCounters(revision: 5, sequences: ["ssh_key": 41])
        try test.settle(test.path, after: counters)
        #expect(try test.inspect(test.path).counters().sequences["ssh_key"] == 41)
    }
}
