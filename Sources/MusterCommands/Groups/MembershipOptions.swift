import ArgumentParser
import MusterClient

/// Who goes into a group, or out of it.
struct MembershipOptions: ParsableArguments, Sendable {
    @Argument(help: "The group: id, UUID or name (name:NAME if it reads like an id).")
    var group: GroupArgument

    @Argument(help: "The users: ids, UUIDs or user names.")
    var users: [UserArgument]

    /// What becomes of the users.
    enum Change {
        /// They go into the group.
        case add
        /// They leave it.
        case remove
    }

    /// Makes the change for one user after the other.
    ///
    /// - Throws: ``CommandError`` where one of them is not there, or could not be changed.
    func make(
        _ change: Change,
        _ verb: String,
        _ preposition: String,
        on server: Server,
        _ output: OutputOptions
    ) async throws {
        let group = try await server.group(group)
        let records = try await server.users(users)
        if change == .remove { try MembershipOptions.requireMembers(records, of: group) }
        let name = "the group \(group.label)"
        try await server.each(
            records,
            verb,
            ending: " \(preposition) \(name)",
            output,
            already: { user in
                change == .add && user.isMember(of: group)
                    ? "\(user.label) is in \(name) already." : nil
            },
            { user in
                try await server.ask(missing: "\(user.label) or the group is gone.") { client in
                    switch change {
                    case .add: try await client.groups.add(user.reference, to: group.reference)
                    case .remove:
                        try await client.groups.remove(user.reference, from: group.reference)
                    }
                }
                return user
            }
        )
    }

    /// Refuses to take out who is not in.
    ///
    /// Of the group of everybody nobody can be taken out, which the server says.
    ///
    /// - Throws: ``CommandError`` with status `notFound`, which names all who are not in; nothing was changed.
    private static func requireMembers(
        _ users: [AccountRecord],
        of group: GroupRecord
    ) throws(CommandError) {
        guard !group.isImmutable else { return }
        let strangers = users.filter { !$0.isMember(of: group) }
        guard !strangers.isEmpty else { return }
        let names = strangers.map(\.label).joined(separator: ", ")
        let verb = strangers.count == 1 ? "is" : "are"
        throw CommandError(
            .notFound,
            "\(names) \(verb) not in the group \(group.label). Nothing was changed."
        )
    }
}

extension AccountRecord {
    /// Whether the user was put into a group.
    fileprivate func isMember(of group: GroupRecord) -> Bool {
        groups.contains { $0.id == group.id }
    }
}
