/// Finds out how dear the hashes are that the directory keeps.
///
/// Users who came with an import, or were there before the parameters of hashes were changed, have hashes whose checks take
/// another time than today's; refusals are as late as the dearest (``PasswordHasher/refusalTime``).
public enum HashSurvey {
    /// How many hashes are looked at in one read.
    static let batch = 500

    /// Looks at all hashes, some hundred at a time.
    ///
    /// What they cost is found out inside the reads, on a thread for what takes long: the first answer measures the machine for a
    /// tenth of a second, and tasks run on the threads of connections.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public static func run(
        _ store: any DirectoryStore,
        _ hasher: any PasswordHasher
    ) async throws(MusterError) {
        var dearest = Duration.zero
        var last: UserID?
        repeat {
            let (time, next) = try await store.read(.unbounded) {
                [last] reader throws(MusterError) in
                let found = try reader.passwordHashes(after: last, limit: batch)
                let time = hasher.dearestTime(of: found.map(\.hash))
                return (time, found.count == batch ? found.last?.user : nil)
            }
            dearest = max(dearest, time)
            last = next
            await Task.yield()
        } while last != nil && !Task.isCancelled
        guard !Task.isCancelled else { return }
        try await store.read(.unbounded) { [dearest] _ throws(MusterError) in
            hasher.setDearestTime(dearest)
        }
    }
}
