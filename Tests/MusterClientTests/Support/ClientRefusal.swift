import MusterClient
import Testing

/// Runs `body`, which is expected to fail, and returns how; nil if it succeeds.
func clientRefusal<Result>(
    _ body: () async throws -> Result
) async -> MusterClientError? {
    do {
        _ = try await body()
        return nil
    } catch {
        guard let error = error as? MusterClientError else {
            Issue.record("not the client's error: \(error)")
            return nil
        }
        return error
    }
}
