public import MusterCore

/// How long refusals take, so that nobody is told which users there are, and which have hashes from elsewhere.
extension HashingThreads {
    /// How many times as long as the dearest check a refusal takes: room for what is written after it, which is more
    /// for a user than for a name that nobody has, and for what a busy machine adds.
    private static let refusalFactor = 2

    /// How long a refusal takes in all: twice a check of the dearest hash that is kept, and no less than of one's own.
    public var refusalTime: Duration {
        max(dearestKept, presentOwnTime) * HashingThreads.refusalFactor
    }

    /// How long a check of the dearest of some hashes takes on this machine; zero where all are one's own, of today's
    /// parameters.
    ///
    /// The first call with others measures the machine, which takes some hundredths of a second.
    public func dearestTime(of hashes: [PasswordHash]) -> Duration {
        hashes.map { foreignTime(of: $0) }.max() ?? .zero
    }

    /// Says how long a check of the dearest hash takes that is kept in the directory.
    ///
    /// The first call measures the machine, which takes some hundredths of a second: from then on
    /// ``refusalTime`` is that of this machine.
    public func setDearestTime(_ time: Duration) {
        measure()
        setDearestKept(time)
    }
}
