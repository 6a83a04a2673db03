/// For whom something is looked up in a directory that is far away, where look-ups wait for each other.
///
/// A store in this process answers each on the calling thread, and asks nobody.
public enum ReadLane {
    /// The lane of the present call; nil for work of the server's own.
    @TaskLocal public static var current: HashingLane?
}

extension DirectoryStore {
    /// Does some work whose look-ups wait in a lane, if the store has any in which they wait.
    ///
    /// - Throws: what `work` throws.
    public func inLane<Result>(
        _ lane: HashingLane,
        isolation: isolated (any Actor)? = #isolation,
        _ work: () async throws -> Result
    ) async throws -> Result {
        guard sharesReads else { return try await work() }
        return try await ReadLane.$current.withValue(lane, operation: work)
    }
}
