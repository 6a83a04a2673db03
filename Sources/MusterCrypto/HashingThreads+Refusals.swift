public import MusterCore

/// How long refusals take, so that nobody is told which users have hashes from elsewhere.
extension HashingThreads {
    /// How many times as long as the dearest check a refusal takes: room for what a busy machine adds.
    private static let refusalFactor = 2

    /// How long a refusal takes in all; zero where all hashes are one's own, of today's parameters.
    public var refusalTime: Duration {
        let foreign = dearestKept
        guard foreign > .zero else { return .zero }
        return max(foreign, ownTime) * HashingThreads.refusalFactor
    }

    /// How long a check of the dearest of some hashes takes on this machine; zero where all are one's own, of today's
    /// parameters.
    ///
    /// The first call with others measures the machine, which takes some hundredths of a second.
    public func dearestTime(of hashes: [PasswordHash]) -> Duration {
        hashes.map { foreignTime(of: $0) }.max() ?? .zero
    }

    /// Says how long a check of the dearest hash takes that is kept in the directory.
    public func setDearestTime(_ time: Duration) {
        setDearestKept(time)
    }
}
