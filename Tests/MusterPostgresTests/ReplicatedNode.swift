import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
import Synchronization

@testable import MusterPostgres

/// A node with a copy beside it, as a server has it, in a folder that goes with it.
final class ReplicatedNode: InProcessStore {
    let store: ReplicatedStore
    let folder: TemporaryFolder
    /// What became of the copy.
    let notes: NoteList

    /// What was told, in order.
    final class NoteList: Sendable {
        private let kept = Mutex<[String]>([])

        var all: [String] { kept.withLock { $0 } }

        func add(_ note: ReplicaNote) { kept.withLock { $0.append("\(note)") } }
    }

    init(
        _ origin: PostgresStore,
        _ key: MasterKey,
        in folder: TemporaryFolder? = nil,
        whenStale rule: StaleRule = .ask
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        let notes = NoteList()
        self.folder = folder
        self.notes = notes
        store = ReplicatedStore(
            origin,
            as: FeedNode(name: "test", version: "0"),
            in: ReplicaFiles(
                folder: folder.path,
                sealer: SodiumSealer(key),
                digester: SystemDigester(key)
            ),
            whenStale: rule,
            tell: { notes.add($0) }
        )
    }

    deinit {
        // What nobody asks any more would go on looking five times a second as long as tests run.
        store.follower.close()
    }

    /// A node of a directory's place.
    static func open(
        _ place: PostgresPlace,
        in folder: TemporaryFolder? = nil,
        whenStale rule: StaleRule = .ask
    ) async throws -> ReplicatedNode {
        let server = try PostgresServer.shared.get()
        return try ReplicatedNode(
            try await server.open(place),
            server.key,
            in: folder,
            whenStale: rule
        )
    }

    /// A node of a place in which nothing is.
    static func make() async throws(MusterError) -> ReplicatedNode {
        do {
            let node = try await open(try PostgresServer.shared.get().makePlace())
            try await node.whenFresh()
            return node
        } catch let error as MusterError {
            throw error
        } catch {
            throw MusterError(.storeUnavailable, "The test's node did not start.", cause: error)
        }
    }

    /// Waits until look-ups are answered from the copy.
    func whenFresh() async throws {
        while store.follower.fresh == nil {
            _ = try await store.read(.bounded) { reader throws(MusterError) in
                try reader.revision()
            }
            await Task.yield()
        }
    }

    var refusalsStand: Bool { store.refusalsStand }

    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result { try await store.read(extent, body) }

    func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result { try store.readNow(body) }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result { try await store.write(body) }

    func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result { try await store.writeBatch(of: caller, body) }

    func close() async throws(MusterError) { try await store.close() }
}
