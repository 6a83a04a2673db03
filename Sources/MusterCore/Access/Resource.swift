/// What the bits of the masks stand for.
///
/// The bits 8 to 62 are kept for later; none is ever renumbered.
public enum Resource: Int, CaseIterable, Sendable {
    /// Bit 0.
    case ruleset
    /// Bit 1.
    case configuration
    /// Bit 2.
    case statistics
    /// Bit 3: the users themselves.
    case users
    /// Bit 4.
    case systemDiagnostics
    /// Bit 5.
    case channels
    /// Bit 6.
    case realtime
    /// Bit 7.
    case resourceEdit

    /// The bit in a mask.
    public var bit: Int64 { 1 << Int64(rawValue) }

    /// The name as the product's own manual writes it.
    public var name: String {
        switch self {
        case .ruleset: "Ruleset"
        case .configuration: "Config"
        case .statistics: "Statistics"
        case .users: "Users"
        case .systemDiagnostics: "SysDiag"
        case .channels: "Channels"
        case .realtime: "Realtime"
        case .resourceEdit: "ResourceEdit"
        }
    }
}
