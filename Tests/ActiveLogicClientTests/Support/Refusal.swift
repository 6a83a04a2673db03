import ActiveLogicClient
import Testing

/// Runs `body`, which is expected to fail, and returns how; nil where it succeeds.
func refusal<Result>(
    _ body: () async throws(ActiveLogicError) -> Result
) async -> ActiveLogicError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
