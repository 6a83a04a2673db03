/// A moment in time, in whole milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: RawRepresentable, Hashable, Comparable, Sendable {
    /// Milliseconds since 1970 UTC.
    public let rawValue: Int64

    /// Wraps milliseconds since 1970 UTC.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The order of time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The moment `duration` later; saturates at the ends of the range.
    public func advanced(by duration: Duration) -> Timestamp {
        let (sum, overflow) = rawValue.addingReportingOverflow(duration.wholeMilliseconds)
        return Timestamp(rawValue: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// How far ahead of the clock a stamp may be before it is taken to be wrong.
    ///
    /// The steps by which clocks are set right in use are shorter.
    public static let clockTolerance = Duration.seconds(60)

    /// Whether this is a stamp that the clock has not reached: one that was made while the clock was ahead.
    public func isFuture(at now: Timestamp) -> Bool {
        since(now) > Timestamp.clockTolerance
    }

    /// The time from `earlier` to this moment, negative if `earlier` is later.
    public func since(_ earlier: Timestamp) -> Duration {
        let (difference, overflow) = rawValue.subtractingReportingOverflow(earlier.rawValue)
        return .milliseconds(overflow ? (self < earlier ? .min : .max) : difference)
    }
}

extension Duration {
    /// The whole milliseconds in this duration, saturating at the ends of `Int64`.
    public var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, hasCarry) = product.addingReportingOverflow(
            attoseconds / 1_000_000_000_000_000
        )
        return overflow || hasCarry ? (seconds < 0 ? .min : .max) : sum
    }

    /// The seconds in this duration, rounded up, from 1: what a `Retry-After` says.
    var wholeSecondsUp: Int64 {
        max(1, wholeMilliseconds / 1000 + (wholeMilliseconds % 1000 > 0 ? 1 : 0))
    }
}
