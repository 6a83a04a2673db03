import CMallocSetup
import MusterSQL

/// How much of the database the writer keeps in memory: more while many users arrive.
///
/// An import touches pages all over the indexes of names; with the usual cache each of them is
/// written to the log and read again many times in one change. The room is given back when as many other
/// changes have come as come between two parts of an import, or none at all for a while.
struct WriterCache {
    /// In pages of 4 KiB: 4 MiB.
    static let usualPages = 1024
    /// In pages of 4 KiB: 16 MiB.
    ///
    /// Batches of names in no order took the same time with 4, 13 and 64 MiB: UUIDs of a batch lie beside each other, and what is
    /// read again comes from the system's cache.
    private static let largePages = 4096
    /// The fewest arrivals at a time that make the cache large.
    private static let manyInsertions = 256
    /// How many commits without such arrivals make it small again.
    private static let patience = 64

    private var commitsLeft = 0
    /// Counts commits while the cache is large.
    private(set) var commits = 0

    /// Whether the cache is the large one.
    var isLarge: Bool { commitsLeft > 0 }

    /// Gives room where many users are about to be written.
    ///
    /// - Throws: ``SQLiteError``.
    mutating func makeRoom(for arrivals: Int, on handle: SQLiteHandle) throws {
        guard arrivals >= WriterCache.manyInsertions else { return }
        if !isLarge { try handle.runOnce("PRAGMA cache_size = \(number: WriterCache.largePages)") }
        // The commit of these arrivals is the first that is counted.
        commitsLeft = WriterCache.patience + 1
    }

    /// Counts a commit, and gives the room back when it is time.
    mutating func noteCommit(on handle: SQLiteHandle) {
        guard isLarge else { return }
        commits += 1
        commitsLeft -= 1
        if !isLarge { shrink(on: handle) }
    }

    /// Gives the room back where nothing was committed since there were so many commits.
    mutating func noteQuiet(since commits: Int, on handle: SQLiteHandle) {
        guard isLarge, self.commits == commits else { return }
        commitsLeft = 0
        shrink(on: handle)
    }

    private func shrink(on handle: SQLiteHandle) {
        // Where this fails there is more in memory than there need be, and no more harm than that.
        try? handle.runOnce("PRAGMA cache_size = \(number: WriterCache.usualPages)")
        try? handle.runOnce("PRAGMA shrink_memory")
        // The pages lie between others that the import needed, where the allocator would keep them all.
        cmalloc_give_back_all()
    }
}
