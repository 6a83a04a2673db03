import MusterCore
import MusterTesting
import Synchronization
import Testing

@testable import MusterSQLite

@Suite("Copies of a database that is in use")
struct DatabaseBackupTests {
    @Test("the copy holds what the original does, and the event that says so")
    func copy() async throws {
        let test = try await RecoveryFolder()
        let original = try test.copy()
        #expect(original.users == 1 && original.sessions == 1 && original.apiKeys == 1)
        #expect(original == (try test.inspect(test.path).summary()))
        let copy = try test.inspect(test.copyPath).summary()
        #expect(copy.identity == original.identity && copy.users == original.users)
        #expect(copy.auditEvents == original.auditEvents + 1)
        #expect(copy.lastEventAt == RecoveryFolder.event(.directoryBackup).at)
        #expect(try test.inspect(test.copyPath).damage().isEmpty)
    }

    @Test("without an event the copy is the same")
    func exact() async throws {
        let test = try await RecoveryFolder()
        let original = try test.copy(event: nil)
        #expect(try test.inspect(test.copyPath).summary() == original)
    }

    @Test("changes that are made meanwhile are not in the copy, and are not held up")
    func snapshot() async throws {
        let test = try await RecoveryFolder()
        let store = try test.open()
        let before = try await store.insert("early@example.com")
        let original = try test.copy()
        let after = try await store.insert("late@example.com")
        #expect(original.users == 2)
        let copy = try test.open("copy")
        let found = try copy.readNow { reader throws(MusterError) in
            [try reader.user(.id(before.id))?.id, try reader.user(.id(after.id))?.id]
        }
        #expect(found == [before.id, nil])
        try copy.close()
        try store.close()
    }

    @Test("progress is told up to the end, and can stop the copying")
    func progress() async throws {
        let test = try await RecoveryFolder()
        let parts = Parts()
        _ = try DatabaseBackup.copy(
            .file(test.path),
            to: test.copyPath,
            sealer: NoSealer(),
            event: nil
        ) { part throws(MusterError) in parts.note(part) }
        #expect(parts.last == 1)
        let stopped = await failure {
            try DatabaseBackup.copy(
                .file(test.path),
                to: test.folder.file("other"),
                sealer: NoSealer(),
                event: nil
            ) { _ throws(MusterError) in throw MusterError(.overloaded, "enough") }
        }
        // A copy of one step is complete before anybody can object to it.
        #expect(stopped == nil || stopped?.code == .overloaded)
    }

    @Test("a database that is no directory, or a newer one, is not copied")
    func refusals() async throws {
        let test = try await RecoveryFolder()
        try test.change(test.path, "INSERT INTO schema_migration VALUES (99, 'later', 'x', 0)")
        #expect(await failure { try test.copy() }?.code == .storeTooNew)
        try test.change(test.path, "DROP TABLE schema_migration")
        #expect(await failure { try test.copy() }?.code == .directoryMissing)
    }
}

/// Notes parts of a whole.
private final class Parts: Sendable {
    private let parts = Mutex<[Double]>([])

    var last: Double? { parts.withLock { $0.last } }

    func note(_ part: Double) {
        parts.withLock { $0.append(part) }
    }
}

/// Seals nothing, and opens nothing.
private struct NoSealer: Sealer {
    func seal(_ plaintext: [UInt8], context: String) -> [UInt8] { [] }

    func open(_ box: [UInt8], context: String) throws(MusterError) -> [UInt8] {
        throw MusterError(.storeUnavailable, "There is no key here.")
    }
}
