import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
import Synchronization
import Testing

/// The stores that the suites run on.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case memory
    case sqlite

    var testDescription: String { rawValue }
}

/// Makes stores in a folder that goes away with the test.
final class StoreFolder: Sendable {
    let folder: TemporaryFolder
    private let key = MasterKey.random()
    private let count = Atomic(0)

    init() throws {
        folder = try TemporaryFolder()
    }

    /// An empty store, in a file of its own where it needs one.
    func makeStore(_ backend: Backend) throws(MusterError) -> any InProcessStore {
        switch backend {
        case .memory: MemoryStore()
        case .sqlite: try open("\(count.wrappingAdd(1, ordering: .relaxed).newValue).sqlite")
        }
    }

    /// The store in a file.
    func open(_ name: String = "muster.sqlite") throws(MusterError) -> SQLiteStore {
        try SQLiteStore(
            path: folder.file(name),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
    }
}

extension InProcessStore {
    /// Creates a user.
    func insert(_ name: String) async throws(MusterError) -> User {
        try await write { transaction throws(MusterError) in
            try transaction.insertUser(
                UserDraft(username: Username(stored: name)),
                uuid: UUID(),
                at: FixedClock.start
            )
        }
    }

    func userCount() throws(MusterError) -> Int {
        try readNow { reader throws(MusterError) in try reader.userCount() }
    }
}
