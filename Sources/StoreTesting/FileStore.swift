import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting

/// A store in a file that goes away with it, in memory where the system has a folder there.
final class FileStore: InProcessStore {
    private let folder: TemporaryFolder
    private let inner: SQLiteStore

    init() throws(MusterError) {
        do {
            folder = try TemporaryFolder(in: FileStore.quickFolder)
        } catch {
            throw MusterError(
                .storeUnavailable,
                "There is no place for a test's database.",
                cause: error
            )
        }
        let key = MasterKey.random()
        inner = try SQLiteStore(
            path: folder.file("muster.sqlite"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
    }

    /// What is synchronised there waits for no disk.
    private static let quickFolder: String? = {
        let path = "/dev/shm"
        return FileManager.default.isWritableFile(atPath: path) ? path : nil
    }()

    var isWritable: Bool { inner.isWritable }
    var freeBytes: Int64? { inner.freeBytes }

    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.read(extent, body)
    }

    func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        try inner.readNow(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.write(body)
    }

    func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.writeBatch(of: caller, body)
    }

    func probe() async throws(MusterError) { try await inner.probe() }

    func close() async throws(MusterError) { try inner.close() }
}
