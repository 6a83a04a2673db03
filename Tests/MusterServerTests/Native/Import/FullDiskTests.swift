import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Imports onto a disk that has little room left")
struct FullDiskTests {
    /// A store that has room for no more batches.
    private final class FullStore: DirectoryStore {
        private let store = MemoryStore()

        func read<Result: Sendable>(
            _ extent: ReadExtent,
            _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
        ) async throws(MusterError) -> Result {
            try await store.read(extent, body)
        }

        func write<Result: Sendable>(
            _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
        ) async throws(MusterError) -> Result {
            try await store.write(body)
        }

        func writeBatch<Result: Sendable>(
            of caller: UserID,
            _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
        ) async throws(MusterError) -> Result {
            throw MusterError(
                .storeUnavailable,
                "The disk has too little room.",
                cause: Trouble.disk
            )
        }

        func close() async throws(MusterError) { try await store.close() }

        func makeImportSpool() throws(MusterError) -> any ImportSpool {
            try store.makeImportSpool()
        }
    }

    @Test(
        "end there and say so, the operator is told, and whoever signs in comes in",
        arguments: ["", "?on_error=continue", "?mode=upsert&on_error=continue"]
    )
    func ends(_ query: String) async throws {
        let test = try await TestDirectory(store: FullStore())
        let answer = try await TestServer(test).send(
            .post,
            "/muster/v1/users/import" + query,
            as: test.administratorKeys,
            body: "{\"username\":\"jane\"}",
            fields: [.contentType: NativeImportRoutes.linesType]
        )
        let text = try await answer.text()
        #expect(text.contains(#""done":false,"created":0"#), "\(text)")
        #expect(text.contains("store.unavailable") && text.contains("too little room"))
        #expect(test.directory.refusals.troubles.count(of: .disk) == 1)
        #expect(try await test.directory.userCount() == 1)
        _ = try await test.logIn(TestDirectory.administratorName)
    }
}
