import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import Synchronization
import Testing

@testable import MusterServer

/// A store that counts the reads away from the threads for lists, once it is told to.
private final class OtherThreadsStore: DirectoryStore {
    let inner = MemoryStore()
    private let counts = Mutex((lists: 0, others: 0))

    /// How many there were since the last call.
    func take() -> (lists: Int, others: Int) {
        counts.withLock { counts in
            defer { counts = (0, 0) }
            return counts
        }
    }

    func read<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        let isApart = ListThreads.isCurrent || SearchThreads.isCurrent
        counts.withLock { if isApart { $0.lists += 1 } else { $0.others += 1 } }
        return try inner.read(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.write(body)
    }

    func makeImportSpool() throws(MusterError) -> any ImportSpool { try inner.makeImportSpool() }
}

@Suite("Lists are read and written apart")
struct ListThreadsTests {
    @Test(
        "of a list nothing is read where requests are served but who asks",
        arguments: [
            "/users", "/users?limit=1000", "/activelogic/v1/users", "/muster/v1/users",
            "/muster/v1/users/export", "/muster/v1/sessions", "/groups", "/groups/0/users",
            "/audit-log/v1/events?limit=5000",
        ]
    )
    func lists(_ path: String) async throws {
        let store = OtherThreadsStore()
        let test = try await TestDirectory(store: store)
        for number in 1...UserPages.batchSize * 2 {
            _ = try await test.makeUser("user\(number)@example.com")
        }
        _ = store.take()
        let response = try await TestServer(test).send(.get, path, as: test.administratorKeys)
        #expect(response.status == .ok)
        let reads = store.take()
        #expect(reads.lists > 0)
        #expect(reads.others == 1)
    }
}
