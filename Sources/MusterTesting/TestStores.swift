public import MusterCore

/// Which store a ``TestDirectory`` is kept in that is given none.
public enum TestStores {
    /// Makes an empty store: in memory, unless a test is run for another kind.
    @TaskLocal public static var make: @Sendable () throws(MusterError) -> any DirectoryStore = {
        MemoryStore()
    }
}
