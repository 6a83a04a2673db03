/// Finds out how dear the hashes are that the directory keeps.
///
/// Users who came with an import, or were there before the parameters of hashes were changed, have hashes whose checks take
/// another time than today's; refusals are as late as the dearest (``PasswordHasher/refusalTime``).
public enum HashSurvey {
    /// How many hashes are looked at in one read.
    static let batch = 500

    /// Looks at all hashes, some hundred at a time.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public static func run(
        _ store: any DirectoryStore,
        _ hasher: any PasswordHasher
    ) async throws(MusterError) {
        var dearest = Duration.zero
        var last: UserID?
        repeat {
            let found = try await store.read(.unbounded) {
                [last] reader throws(MusterError) in
                try reader.passwordHashes(after: last, limit: batch)
            }
            dearest = max(dearest, hasher.dearestTime(of: found.map(\.hash)))
            last = found.count == batch ? found.last?.user : nil
            await Task.yield()
        } while last != nil && !Task.isCancelled
        hasher.setDearestTime(dearest)
    }
}
