import MusterCore
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("A store in PostgreSQL measures its commits and reads")
struct FigureTests {
    @Test("changes and commits are counted, and how large the database is stays the engine's")
    func counted() async throws {
        let store = try await PostgresServer.shared.get().makeStore()
        var none = StoreFigures()
        none.shortReads = DurationCounts()
        #expect(store.figures == none)
        for _ in 1...3 { try await store.probe() }
        #expect(store.figures.changes == 3)
        #expect(store.figures.commits.count == 3)
        #expect(store.figures.databaseBytes == nil && store.figures.logBytes == nil)
        try await store.close()
    }

    @Test("look-ups and longer reads are counted apart, those that fail as well")
    func reads() async throws {
        let store = try await PostgresServer.shared.get().makeStore()
        let extents: [ReadExtent] = [.bounded, .unbounded, .unbounded]
        for extent in extents {
            _ = try await store.read(extent) { reader throws(MusterError) in try reader.userCount()
            }
        }
        _ = await failure {
            try await store.read(.bounded) { _ throws(MusterError) -> Void in throw .isInitialised }
        }
        #expect(store.figures.shortReads?.count == 2)
        #expect(store.figures.longReads.count == 2)
        #expect(store.figures.longReads.nanoseconds > 0)
        try await store.close()
    }
}
