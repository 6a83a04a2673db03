import MusterClient
import MusterCore

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
        let before = try await server.user(user).user
        let isDemoted = role.map { $0 < Int64(Role.administrator.rawValue) } ?? false
        let rights = before.administersBy.filter { right in
            switch AdministratorRight(rawValue: right) {
            case .role?: !isDemoted
            case .masks?:
                // The bit goes with the role, unless it is set by itself.
                writeMask.map { $0 & Resource.users.bit != 0 }
                    ?? !(isDemoted && Administration.holdsRole(before))
            case nil: true
            }
        }
        guard rights.isEmpty, !before.administersBy.isEmpty,
            before.id == (try await server.oneself()).user.id
        else { return }
        try confirmation.ask(Administration.question(before))
    }

    /// The question before whoever runs the command loses the administration of users.
    static func question(_ user: some NamedUser) -> String {
        "\(user.label) is yourself, and may not administer users afterwards. Go on?"
    }

    private static func holdsRole(_ user: UserRecord) -> Bool {
        user.administersBy.contains { AdministratorRight(rawValue: $0) == .role }
    }

    /// The sentence beside a change that sets what administers; nil if the user may not administer.
    private static func note(_ label: String, _ rights: [String]) -> String? {
        guard !rights.isEmpty else { return nil }
        return "\(label) may administer users, by \(rights.joined(separator: " and "))."
    }

    /// Tells that a user may administer, where the change may have made it so.
    ///
    /// - Throws: ``CommandError`` where the output cannot be written.
    static func tell(_ user: some NamedUser, beside output: OutputOptions) throws {
        try tell(user.label, user.user.administersBy, beside: output)
    }

    /// Tells that a user of an import may administer.
    ///
    /// - Throws: ``CommandError`` where the output cannot be written.
    static func tell(_ user: ImportedUserRecord, beside output: OutputOptions) throws {
        let number = user.id.map { " (id \($0))" } ?? ""
        try tell(user.username + number, user.administersBy, beside: output)
    }

    private static func tell(
        _ label: String,
        _ rights: [String],
        beside output: OutputOptions
    ) throws {
        guard let note = note(label, rights), !output.quiet else { return }
        let line = SafeText.escaped(note) + "\n"
        if output.format == .table {
            try Console.standard.write(line)
        } else {
            try Console.standardError.write(line)
        }
    }
}
