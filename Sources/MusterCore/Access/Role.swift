public import FoundationEssentials
import TextBytes

/// What a user may do in the Tenable dialect; only ``administrator`` administers.
public enum Role: Int, CaseIterable, Sendable, Comparable {
    /// 0: may look at its own session only.
    case readOnly = 0
    /// 16: may also see who is there. The role of a user for whom none was asked.
    case basic = 16
    /// 24: as Basic in this directory.
    case scanOperator = 24
    /// 32: as Basic in this directory.
    case standard = 32
    /// 40: as Basic in this directory.
    case scanManager = 40
    /// 64: may do everything.
    case administrator = 64

    /// The order of power.
    public static func < (left: Role, right: Role) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The name as the hosted service spells it.
    public var name: String {
        switch self {
        case .readOnly: "Read-Only"
        case .basic: "Basic"
        case .scanOperator: "Scan Operator"
        case .standard: "Standard"
        case .scanManager: "Scan Manager"
        case .administrator: "Administrator"
        }
    }

    /// The UUID under which the access-control calls know the role; the same in every directory.
    public var uuid: UUID {
        let low = UInt8(rawValue)
        return UUID(
            uuid: (
                0x6D, 0x75, 0x73, 0x74, 0x65, 0x72, 0x40, 0x00, 0x80, 0x00, 0x72, 0x6F, 0x6C, 0x65,
                0x00, low
            )
        )
    }

    /// Finds a role by its UUID.
    public init?(uuid: UUID) {
        guard let role = Role.allCases.first(where: { $0.uuid == uuid }) else { return nil }
        self = role
    }

    /// The name as command lines and files write it: `scan-operator`.
    public var word: String {
        switch self {
        case .readOnly: "read-only"
        case .basic: "basic"
        case .scanOperator: "scan-operator"
        case .standard: "standard"
        case .scanManager: "scan-manager"
        case .administrator: "administrator"
        }
    }

    /// Reads a role's ``word`` in any case, or its number in digits.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, with a list of all roles.
    public init(word text: String, field: String) throws(MusterError) {
        let role =
            Role.allCases.first { $0.word.hasSameFoldedBytes(as: text) }
            ?? Role.allCases.first { "\($0.rawValue)".hasSameBytes(as: text) }
        guard let role else {
            let roles = Role.allCases.map { "\($0.word) (\($0.rawValue))" }.joined(separator: ", ")
            throw .invalid(
                field,
                rule: "must be one of \(roles), not \(text.quoted(40))"
            )
        }
        self = role
    }

    /// Reads a role's number.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `permissions`.
    public init(number: Int64) throws(MusterError) {
        guard let role = Int(exactly: number).flatMap(Role.init(rawValue:)) else {
            let numbers = Role.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
            throw .invalid("permissions", rule: "must be one of [\(numbers)]")
        }
        self = role
    }
}
