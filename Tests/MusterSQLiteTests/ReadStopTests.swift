import MusterCore
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("A long read whose caller has gone", .timeLimit(.minutes(10)))
struct ReadStopTests {
    /// Goes on for ever.
    private static let endless: StatementText = """
        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number)
        SELECT count(*) FROM number
        """

    @Test("stops where it is, and its thread and connection are there for others")
    func stops() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        _ = try await store.insert("jane@example.com")
        // More of them than there are threads.
        for _ in 0..<12 {
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            let read = Task {
                try await store.read(.unbounded) { reader throws(MusterError) in
                    begin.yield()
                    let transaction = reader as? SQLiteTransaction
                    return try transaction?.row(Self.endless, []) { $0[0] as Int }
                }
            }
            for await _ in begun { break }
            read.cancel()
            let error = await #expect(throws: MusterError.self) { try await read.value }
            #expect(error?.code == .overloaded && error?.cause is CancellationError)
            #expect(
                error?.message == "The search was given up, because its connection was closed."
            )
        }
        let count = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.userCount()
        }
        #expect(count == 1)
        try store.close()
    }

    @Test("is not begun where it had gone before")
    func waits() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await store.read(.unbounded) { _ throws(MusterError) in
                Issue.record("nobody waits for this")
            }
        }
        late.cancel()
        await #expect(throws: MusterError.self) { try await late.value }
        try store.close()
    }
}
