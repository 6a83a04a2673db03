/// Time and chance, which tests replace.
package struct Pacing: Sendable {
    /// Waits.
    package var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// Draws a time from zero to the one given.
    package var jitter: @Sendable (Duration) -> Duration = { $0 * Double.random(in: 0...1) }
    /// A clock that never goes back.
    package var now: @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }

    /// Real time and chance.
    package init() {}

    /// Replaced ones.
    package init(
        pause: @escaping @Sendable (Duration) async throws -> Void,
        jitter: @escaping @Sendable (Duration) -> Duration,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.pause = pause
        self.jitter = jitter
        self.now = now
    }
}
