import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("A backup that is looked at before it becomes a directory")
struct BackupSourceTests {
    private let folder: TemporaryFolder
    private let key: MasterKey

    /// A sealed backup of a directory with one user.
    private var path: String { folder.file("copy") }
    /// The directory's database, which is closed and carries no digest.
    private var database: String { folder.file("data") }

    init() async throws {
        folder = try TemporaryFolder()
        key = MasterKey.random()
        let store = try open()
        _ = try await DirectoryBootstrap(
            store: store,
            clock: FixedClock(),
            random: SeededRandom(),
            digester: SystemDigester(key)
        ).create(
            administrator: Username(stored: "admin@example.com"),
            password: PasswordHash("hash")
        )
        try store.close()
        _ = try DatabaseBackup.copy(
            .file(database),
            to: path,
            sealer: SodiumSealer(key),
            event: nil,
            mark: BackupSeal.mark
        ) { _ in }
        let descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try BackupSeal.append(to: OpenFile(path: path, descriptor: descriptor))
    }

    private func open() throws(MusterError) -> SQLiteStore {
        try SQLiteStore(
            path: database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// Why a file is refused; nil if it is not.
    private func refusal(_ path: String) -> String? {
        do {
            _ = try BackupSource(path)
            return nil
        } catch let error as CommandError {
            return error.status == .badInput ? error.message : nil
        } catch {
            return nil
        }
    }

    @Test("a sealed backup by itself is taken, and nothing is left beside it")
    func fine() throws {
        let before = try names()
        let source = try BackupSource(path)
        #expect(source.isSealed && source.summary.users == 1)
        #expect(try names() == before)
    }

    @Test(
        "a sealed backup is refused where a file lies beside it that SQLite would take for a part of it",
        arguments: ["-wal", "-shm", "-journal"]
    )
    func beside(_ suffix: String) throws {
        for text in ["", "anything"] {
            try write(text, to: path + suffix)
            let refusal = refusal(path)
            #expect(refusal?.hasPrefix("\(path)\(suffix) lies there") == true)
        }
        unlink(path + suffix)
        symlink(folder.file("nowhere"), path + suffix)
        #expect(refusal(path) != nil)
        unlink(path + suffix)
        #expect(refusal(path) == nil)
    }

    @Test("a backup whose digest was cut off, or changed, is refused for what lies beside it, too")
    func broken() throws {
        let bytes = try folder.bytes("copy")
        try write("log", to: path + "-wal")
        try Data(bytes.dropLast(86)).write(to: URL(filePath: path))
        #expect(refusal(path)?.contains("-wal") == true)
        unlink(path + "-wal")
        #expect(refusal(path)?.contains("without the digest") == true)
    }

    @Test(
        "the copy of a database is read with its log where there is one, and by itself if there is none"
    )
    func unsealed() async throws {
        let before = try names()
        let alone = try BackupSource(database)
        #expect(!alone.isSealed && alone.summary.users == 1)
        #expect(try names() == before)
        let store = try open()
        _ = try await store.write { transaction throws(MusterError) in
            try transaction.insertUser(
                UserDraft(username: Username(stored: "late@example.com")),
                uuid: UUID(),
                at: FixedClock.start
            )
        }
        for suffix in ["", "-wal"] {
            let bytes = try folder.bytes("data" + suffix)
            try Data(bytes).write(to: URL(filePath: folder.file("hand" + suffix)))
        }
        try store.close()
        let logged = try BackupSource(folder.file("hand"))
        #expect(!logged.isSealed && logged.summary.users == 2)
    }

    @Test("what is copied is the file that was looked at, whatever its name has come to mean")
    func replaced() throws {
        let source = try BackupSource(path)
        try FileManager.default.moveItem(atPath: path, toPath: folder.file("elsewhere"))
        try write("something else", to: path)
        try write("log", to: path + "-wal")
        let copied = try source.copy(to: folder.file("again"), sealer: SodiumSealer(key))
        #expect(copied == source.summary)
        #expect(try source.fits(key) == nil)
    }

    @Test("a log that belongs to another user than the database is refused")
    func strangers() throws {
        let log = database + "-wal"
        try write("log", to: log)
        // Root may write to everybody's, so that the log has to be somebody else's.
        let stranger: uid_t = geteuid() == 0 ? 65_534 : geteuid()
        if geteuid() == 0 { chown(log, stranger, stranger) }
        #expect(throws: CommandError.self) {
            try Companions.refuseStrangers(
                beside: database,
                of: stranger + 1,
                as: stranger + 2
            )
        }
        try Companions.refuseStrangers(beside: database, of: stranger, as: stranger + 2)
        try Companions.refuseStrangers(beside: database, of: stranger + 1, as: stranger)
        #expect(Companions.mayWrite(0, for: 1, as: 2))
        #expect(!Companions.mayWrite(3, for: 1, as: 2))
    }

    @Test("what lies beside a file that was replaced is removed, and nothing else")
    func removed() throws {
        let before = try names()
        for suffix in ["-wal", "-shm", "-journal"] { try write("", to: path + suffix) }
        #expect(throws: CommandError.self) { try Companions.refuseTaken(beside: path) }
        try Companions.remove(beside: path)
        #expect(try names() == before)
        try Companions.refuseTaken(beside: path)
        try FileManager.default.createDirectory(
            atPath: path + "-wal",
            withIntermediateDirectories: false
        )
        #expect(throws: CommandError.self) { try Companions.remove(beside: path) }
    }
}
