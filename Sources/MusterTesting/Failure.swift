public import MusterCore
public import Testing

/// Runs `body`, which is expected to fail, and returns how.
///
/// Nil where it succeeds. Another kind of error is recorded as an issue.
public func failure<Result>(
    _ body: () async throws -> Result,
    sourceLocation: SourceLocation = #_sourceLocation
) async -> MusterError? {
    do {
        _ = try await body()
        return nil
    } catch let error as MusterError {
        return error
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
        return nil
    }
}
