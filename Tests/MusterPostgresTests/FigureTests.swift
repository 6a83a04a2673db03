import MusterCore
import Testing

@testable import MusterPostgres

@Suite("A store in PostgreSQL measures its commits")
struct FigureTests {
    @Test("changes and commits are counted, and how large the database is stays the engine's")
    func counted() async throws {
        let store = try await PostgresServer.shared.get().makeStore()
        #expect(store.figures == StoreFigures())
        for _ in 1...3 { try await store.probe() }
        #expect(store.figures.changes == 3)
        #expect(store.figures.commits.count == 3)
        #expect(store.figures.databaseBytes == nil && store.figures.logBytes == nil)
        try await store.close()
    }
}
