/// Runs work on an executor that a task prefers.
enum PreferredExecutor {
    /// Does some work on an executor, or where the caller is if there is none.
    ///
    /// Preferring one is not enough: what is not isolated stays where its caller is (SE-0461) unless it says that it
    /// is concurrent.
    ///
    /// - Throws: what `work` throws.
    static func run<Result: Sendable>(
        on executor: (any TaskExecutor)?,
        _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let executor else { return try await work() }
        return try await withTaskExecutorPreference(executor) { try await there(work) }
    }

    @concurrent
    private static func there<Result: Sendable>(
        _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        // Whoever has gone is not served. Where nothing is called here the compiler leaves the change of executors
        // out, too.
        try Task.checkCancellation()
        return try await work()
    }
}
