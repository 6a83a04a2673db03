import ArgumentParser
import MusterCore

/// A role on the command line: `scan-operator`, or the number.
struct RoleArgument: ExpressibleByArgument {
    /// The number of the role.
    let permissions: Int64

    static let allValueStrings = Role.allCases.map(\.word)
    static let defaultCompletionKind = CompletionKind.list(allValueStrings)

    init?(argument: String) {
        guard let role = try? Role(word: argument, field: "role") else { return nil }
        permissions = Int64(role.rawValue)
    }

    /// The word for a number; a number that a newer server may know stays one.
    static func name(_ permissions: Int64) -> String {
        guard let role = Int(exactly: permissions).flatMap(Role.init(rawValue:)) else {
            return String(permissions)
        }
        return role.word
    }
}
