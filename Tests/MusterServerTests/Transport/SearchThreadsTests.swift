import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import Synchronization
import Testing

@testable import MusterServer

/// A store that counts the reads on threads for searches.
private final class WatchedStore: DirectoryStore {
    let inner = MemoryStore()
    private let count = Mutex(0)

    /// How many there were since the last call.
    func takeCount() -> Int {
        count.withLock { count in
            defer { count = 0 }
            return count
        }
    }

    func read<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        if SearchThreads.isCurrent { count.withLock { $0 += 1 } }
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
        _ = store.takeCount()
        let response = try await TestServer(test).send(.get, path, as: test.administratorKeys)
        #expect(response.status == .ok)
        #expect(store.takeCount() > 0)
    }

    @Test("what fails there fails as it would here")
    func failures() async {
        let refusal = await failure {
            try await SearchThreads.users.run(for: UserID(rawValue: 2)) {
                () throws(MusterError) -> Int in
                throw MusterError(.userNotFound, "gone")
            }
        }
        #expect(refusal?.code == .userNotFound)
    }
}
