import MusterCore
import MusterTesting
import Synchronization
import Testing

/// The code in the documentation of MusterTesting, so that it is compiled, and its tests run.
///
/// A test looks for each snippet in this file.
enum StoreSnippets {
    static func begin() async throws(MusterError) -> Int {
        let test = try await TestDirectory()
        test.clock.advance(by: .seconds(60))
        let count = try await test.directory.store.read(.unbounded) { reader throws(MusterError) in
            try reader.userCount()
        }
        return count
    }

    static func under() async throws(MusterError) -> TestDirectory {
        let test = try await TestDirectory(store: CountingStore(MemoryStore()))
        return test
    }

    /// What the comment of the conformance suite calls a store of one's own.
    enum MyStore {
        static func empty() throws -> any DirectoryStore { MemoryStore() }
    }

    @Suite("A store of one's own")
    struct OneLine {
        @Test("the store keeps every promise")
        func conformance() async throws {
            try await StoreConformance { try MyStore.empty() }.everything()
        }
    }
}

final class CountingStore: DirectoryStore {
    private let base: any DirectoryStore
    private let reads = Atomic(0)

    init(_ base: any DirectoryStore) {
        self.base = base
    }

    var readCount: Int { reads.load(ordering: .relaxed) }
    var isWritable: Bool { base.isWritable }
    var sharesReads: Bool { base.sharesReads }
    var freeBytes: Int64? { base.freeBytes }

    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        reads.wrappingAdd(1, ordering: .relaxed)
        return try await base.read(extent, body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await base.write(body)
    }

    func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await base.writeBatch(of: caller, body)
    }

    func catchUp() async {
        await base.catchUp()
    }

    func probe() async throws(MusterError) {
        try await base.probe()
    }

    func close() async throws(MusterError) {
        try await base.close()
    }
}

@Suite("The counting store keeps its promises")
struct CountingStoreTests {
    private let conformance = StoreConformance { CountingStore(MemoryStore()) }

    @Test("users are kept and found")
    func users() async throws {
        try await conformance.users()
    }

    @Test("a change is made whole or not at all")
    func changes() async throws {
        try await conformance.changes()
    }

    @Test("everything else holds, too")
    func everything() async throws {
        try await conformance.everything()
    }
}
