import MusterCore

/// For how long one group of changes may wait for the engine in vain, all its waits together: for answers that do not come, locks
/// that others keep, connections that cannot be opened.
///
/// Waits that end well cost nothing: a group that takes long, and gets on, is not cut short.
final class WaitBudget {
    private let whole: Duration
    /// What is left of it; zero if nothing is.
    private(set) var left: Duration

    init(_ whole: Duration) {
        self.whole = whole
        left = whole
    }

    /// Takes off what was waited in vain.
    func spend(_ waited: Duration) {
        left = max(.zero, left - waited)
    }

    /// Takes off what was waited in vain since a moment.
    func spend(since begun: ContinuousClock.Instant) {
        spend(begun.duration(to: .now))
    }

    /// Whether enough is left to begin something again: a sixth, 2 s of 12, after which libpq gives up a server that does not let
    /// anybody in.
    var allowsAnother: Bool { left > whole / 6 }

    /// Whether a quarter was waited in vain: so there is no hope that all is well again at once.
    var isWorn: Bool { whole - left >= whole / 4 }
}
