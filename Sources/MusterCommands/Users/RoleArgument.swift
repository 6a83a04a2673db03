import ArgumentParser
import MusterCore
import TextBytes

/// A role on the command line: `scan-operator`, or the number.
struct RoleArgument: ExpressibleByArgument {
    /// The number of the role.
    let permissions: Int64

    static let allValueStrings = Role.allCases.map { word(of: $0) }

    init?(argument: String) {
        let role =
            Role.allCases.first { RoleArgument.word(of: $0).hasSameFoldedBytes(as: argument) }
            ?? Int(argument).flatMap(Role.init(rawValue:))
        guard let role else { return nil }
        permissions = Int64(role.rawValue)
    }

    /// The word for a number; a number that a newer server may know stays one.
    static func name(_ permissions: Int64) -> String {
        guard let role = Int(exactly: permissions).flatMap(Role.init(rawValue:)) else {
            return String(permissions)
        }
        return word(of: role)
    }

    private static func word(of role: Role) -> String {
        String(role.name.lowercased().map { $0 == " " ? "-" : $0 })
    }
}
