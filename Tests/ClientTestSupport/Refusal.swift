/// Runs `body`, which is expected to fail, and returns how; nil if it succeeds.
package func refusal<Result, Failure: Error>(
    _ body: () async throws(Failure) -> Result
) async -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// Everything that a value shows of itself: its descriptions, as part of a text, and dumped.
package func texts(_ value: Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return [String(describing: value), String(reflecting: value), "\(value)", dumped]
}
