import MusterCore
import Testing

@testable import MusterSQLite

@Suite("A store in a file measures its commits and long reads")
struct FigureTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    @Test("what goes through much of the directory is counted, look-ups are not")
    func reads() async throws {
        let store = try folder.open()
        _ = try await store.insert("jane@example.com")
        for extent in [ReadExtent.bounded, .unbounded, .unbounded] {
            _ = try await store.read(extent) { reader throws(MusterError) in try reader.userCount()
            }
        }
        _ = try store.userCount()
        let figures = store.figures
        #expect(figures.longReads.count == 2 && figures.longReads.nanoseconds > 0)
        #expect(figures.shortReads == nil)
        #expect(figures.changes == 1 && figures.commits.count == 1)
        try store.close()
    }
}
