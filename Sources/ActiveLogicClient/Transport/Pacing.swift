/// Time and chance, which tests replace.
struct Pacing: Sendable {
    /// Waits.
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// Draws a time from zero to the one given.
    var jitter: @Sendable (Duration) -> Duration = { $0 * Double.random(in: 0...1) }
    /// A clock that never goes back.
    var now: @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
}
