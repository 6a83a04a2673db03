import Foundation
import MusterCore
import MusterCrypto
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Databases that are read through an open file")
struct DatabaseSourceTests {
    private let test: RecoveryFolder

    init() async throws {
        test = try await RecoveryFolder()
    }

    private func inspect(_ source: DatabaseSource) throws(MusterError) -> DatabaseInspection {
        try DatabaseInspection(
            source,
            sealer: SodiumSealer(test.key),
            digester: SystemDigester(test.key)
        )
    }

    private func reading(_ path: String, _ body: (DatabaseSource) throws -> Void) throws {
        let descriptor = try open(path)
        defer { close(descriptor) }
        try body(.descriptor(descriptor, name: path))
    }

    private func open(_ path: String) throws -> Int32 {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        return descriptor
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    /// Copies the directory while it is in use: the file has one user, and the log beside it another one.
    private func copyWithLog() async throws {
        let store = try test.open()
        _ = try await store.insert("late@example.com")
        for suffix in ["", "-wal"] {
            try write(test.folder.bytes("muster.sqlite" + suffix), to: test.copyPath + suffix)
        }
        try store.close()
    }

    @Test("a log that lies beside an open file is no part of it, whatever is in it")
    func log() async throws {
        try await copyWithLog()
        try reading(test.copyPath) { source in
            #expect(try inspect(source).summary().users == 1)
            #expect(try inspect(source).damage().isEmpty)
            let copied = try DatabaseBackup.copy(
                source,
                to: test.folder.file("again"),
                sealer: SodiumSealer(test.key),
                event: nil
            ) { _ in }
            #expect(copied.users == 1)
        }
        let again = try inspect(.file(test.folder.file("again"))).summary()
        #expect(again.users == 1)
        // The copy whose log counts, as it lies.
        #expect(try inspect(.file(test.copyPath)).summary().users == 2)
    }

    @Test("to look through an open file leaves nothing beside it")
    func untouched() async throws {
        try await copyWithLog()
        let names = {
            try FileManager.default.contentsOfDirectory(atPath: test.folder.path).sorted()
        }
        let before = try names()
        let bytes = try test.folder.bytes("copy")
        let log = try test.folder.bytes("copy-wal")
        try reading(test.copyPath) { source in
            let inspection = try inspect(source)
            let (damage, differences) = (
                try inspection.damage(), try inspection.schemaDifferences()
            )
            #expect(damage.isEmpty && differences.isEmpty)
        }
        #expect(try names() == before)
        #expect(try test.folder.bytes("copy") == bytes)
        #expect(try test.folder.bytes("copy-wal") == log)
    }

    @Test("an open file is read whatever its name has come to mean, and after it was closed here")
    func replaced() throws {
        let descriptor = try open(test.path)
        let source = DatabaseSource.descriptor(descriptor, name: test.path)
        try FileManager.default.removeItem(atPath: test.path)
        try write(Array("something else".utf8), to: test.path)
        let inspection = try inspect(source)
        close(descriptor)
        let users = try inspection.summary().users
        #expect(users == 1)
    }

    @Test("an open file that was cut short is damaged", arguments: [1, 100, 5000, 20_000])
    func cut(_ count: Int) async throws {
        try write(Array(test.folder.bytes("muster.sqlite").prefix(count)), to: test.copyPath)
        let refusal = await failure {
            try reading(test.copyPath) { source in
                let damage = try inspect(source).damage()
                #expect(!damage.isEmpty)
            }
        }
        #expect(refusal == nil || refusal?.cause as? Trouble == .damage)
    }

    @Test(
        "a number that is no open file is refused by the name it was given",
        arguments: [-1, 1 << 30] as [Int32]
    )
    func closed(_ descriptor: Int32) async {
        let refusal = await failure {
            _ = try inspect(.descriptor(descriptor, name: "backup")).summary()
        }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.contains("backup cannot be read") == true)
    }
}
