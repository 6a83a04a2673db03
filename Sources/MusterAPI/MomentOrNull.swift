/// A moment that a body sets, or takes away.
public enum MomentOrNull: Sendable, Equatable {
    /// There shall be none.
    case null
    /// Milliseconds since 1970 in UTC, 0 to ``last``.
    case moment(Int64)

    /// The last millisecond of the year 9999, the last with four digits (RFC 3339 section 5.6).
    public static let last: Int64 = 253_402_300_799_999

    /// The milliseconds; nil if there shall be none.
    var moment: Int64? {
        switch self {
        case .null: nil
        case .moment(let milliseconds): milliseconds
        }
    }
}
