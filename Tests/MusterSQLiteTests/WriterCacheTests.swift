import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("The writer's cache")
struct WriterCacheTests {
    private let folder: StoreFolder
    private let handle: SQLiteHandle

    init() throws {
        folder = try StoreFolder()
        try folder.open().close()
        handle = try SQLiteHandle(reading: folder.folder.file("muster.sqlite"))
    }

    /// Pages of 4 KiB.
    private func size() throws -> Int {
        var size = 0
        try handle.run("PRAGMA cache_size", []) { row in
            size = row[0]
            return true
        }
        return size
    }

    @Test("is large from 256 arrivals at a time on, until 64 other commits have come")
    func commits() throws {
        var cache = WriterCache()
        try cache.makeRoom(for: 255, on: handle)
        #expect(!cache.isLarge)
        try cache.makeRoom(for: 256, on: handle)
        #expect(try size() == 4096)
        for _ in 0..<64 { cache.noteCommit(on: handle) }
        #expect(cache.isLarge)
        cache.noteCommit(on: handle)
        #expect(!cache.isLarge)
        #expect(try size() == WriterCache.usualPages)
    }

    @Test("is small again when nothing came for a while, and not where something did")
    func quiet() throws {
        var cache = WriterCache()
        try cache.makeRoom(for: 1000, on: handle)
        cache.noteCommit(on: handle)
        let commits = cache.commits
        cache.noteCommit(on: handle)
        cache.noteQuiet(since: commits, on: handle)
        #expect(try size() == 4096)
        cache.noteQuiet(since: cache.commits, on: handle)
        #expect(try size() == WriterCache.usualPages)
        // What is late finds nothing to do.
        cache.noteQuiet(since: cache.commits, on: handle)
        #expect(!cache.isLarge)
    }
}
