import Dispatch
import MusterCore
import MusterTesting
import Synchronization
import Testing

@testable import MusterServer

/// A store that notes on which queues it is read.
private final class WatchedStore: DirectoryStore {
    let inner = MemoryStore()
    private let labels = Mutex<[String]>([])

    /// The labels since the last call.
    func takeLabels() -> [String] {
        labels.withLock { labels in
            defer { labels = [] }
            return labels
        }
    }

    func read<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        let label = String(cString: __dispatch_queue_get_label(nil))
        labels.withLock { $0.append(label) }
        return try inner.read(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.write(body)
    }

    func makeImportSpool() throws(MusterError) -> any ImportSpool { try inner.makeImportSpool() }
}

@Suite("What takes long is done apart")
struct SearchThreadsTests {
    @Test(
        "searches, counts and the audit log are read on threads of their own",
        arguments: [
            "/users?q=a", "/users?q=a&limit=1", "/activelogic/v1/users?q=a", "/muster/v1/users?f=a",
            "/muster/v1/users?limit=1", "/groups/2/users", "/audit-log/v1/events",
        ]
    )
    func apart(_ path: String) async throws {
        let store = WatchedStore()
        let test = try await TestDirectory(store: store)
        _ = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Night", isManagedBySAML: nil)
        }
        _ = store.takeLabels()
        let response = try await TestServer(test).send(.get, path, as: test.administratorKeys)
        #expect(response.status == .ok)
        #expect(store.takeLabels().contains { $0.hasPrefix("searches ") })
    }

    @Test("what fails there fails as it would here")
    func failures() async {
        let refusal = await failure {
            try await SearchThreads.run { () throws(MusterError) -> Int in
                throw MusterError(.userNotFound, "gone")
            }
        }
        #expect(refusal?.code == .userNotFound)
    }
}
