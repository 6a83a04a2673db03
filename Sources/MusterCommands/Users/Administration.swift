import MusterCore
import WireJSON

/// What a command says and asks where a change is about who administers users.
struct Administration {
    let server: Server
    let confirmation: Confirmation

    /// Asks before whoever runs the command takes the administration of users from itself.
    ///
    /// - Parameters:
    ///   - user: The user that is about to change.
    ///   - role: Its new role; nil leaves it.
    ///   - writeMask: Its new write mask; nil leaves it.
    /// - Throws: ``CommandError`` where the answer is not yes, or nobody is there to answer.
    func confirm(
        _ user: UserArgument,
        role: Int64?,
        writeMask: Int64?
    ) async throws(CommandError) {
        guard role != nil || writeMask != nil, server.proof != .local else { return }
        let before = try await server.user(user)
        let isDemoted = role.map { $0 < Int64(Role.administrator.rawValue) } ?? false
        let rights = before.texts("administers_by").filter { right in
            switch AdministratorRight(rawValue: right) {
            case .role?: !isDemoted
            case .masks?:
                // The bit goes with the role, unless it is set by itself.
                writeMask.map { $0 & Resource.users.bit != 0 }
                    ?? !(isDemoted && Administration.holdsRole(before))
            case nil: true
            }
        }
        guard rights.isEmpty, !before.texts("administers_by").isEmpty,
            before.integer("id") == (try await server.oneself()).integer("id")
        else { return }
        try confirmation.ask(Administration.question(before))
    }

    /// The question before whoever runs the command loses the administration of users.
    static func question(_ user: JSONObject) -> String {
        "\(user.label()) is yourself, and may not administer users afterwards. Go on?"
    }

    private static func holdsRole(_ user: JSONObject) -> Bool {
        user.texts("administers_by").contains(AdministratorRight.role.rawValue)
    }

    /// The sentence beside a change that sets what administers; nil if the user may not administer.
    static func note(_ user: JSONObject) -> String? {
        let rights = user.texts("administers_by")
        guard !rights.isEmpty else { return nil }
        return "\(user.label()) may administer users, by \(rights.joined(separator: " and "))."
    }

    /// Tells that a user may administer, where the change may have made it so.
    ///
    /// - Throws: ``CommandError`` where the output cannot be written.
    static func tell(_ user: JSONObject, beside output: OutputOptions) throws {
        guard let note = note(user), !output.quiet else { return }
        let line = SafeText.escaped(note) + "\n"
        if output.format == .table {
            try Console.standard.write(line)
        } else {
            try Console.standardError.write(line)
        }
    }
}
