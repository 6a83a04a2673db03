import ArgumentParser
import WireJSON

/// `muster groups members`.
struct GroupsMembers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members",
        abstract: "Who is in a group.",
        discussion: "Example: muster groups members list Scanners",
        subcommands: [GroupsMembersList.self, GroupsMembersAdd.self, GroupsMembersRemove.self]
    )
}

/// `muster groups members list`.
struct GroupsMembersList: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the members of a group.",
        discussion: "Example: muster groups members list Scanners"
    )

    @Argument(help: "The group: id, UUID or name (name:NAME if it reads like an id).")
    var group: GroupArgument

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.group(group)
        try await server.list(
            UserPages(query: [("group", try server.groupID(of: record))]),
            output,
            orSay: "The group \(record.label("name")) has no members."
        )
    }
}

/// `muster groups members add`.
struct GroupsMembersAdd: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Put users into a group.",
        discussion: "Example: muster groups members add Scanners jane@example.com bob@example.com"
    )

    @OptionGroup var change: MembershipOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        try await change.make(.post, "Added", "to", on: server, output)
    }
}

/// `muster groups members remove`.
struct GroupsMembersRemove: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take users out of a group.",
        discussion: """
            The users themselves stay.

            Example: muster groups members remove Scanners jane@example.com
            """
    )

    @OptionGroup var change: MembershipOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        try await change.make(.delete, "Took", "out of", on: server, output)
    }
}

/// Who goes into a group, or out of it.
struct MembershipOptions: ParsableArguments, Sendable {
    @Argument(help: "The group: id, UUID or name (name:NAME if it reads like an id).")
    var group: GroupArgument

    @Argument(help: "The users: ids, UUIDs or user names.")
    var users: [UserArgument]

    /// Makes the change for one user after the other.
    ///
    /// - Throws: ``CommandError`` where one of them is not there, or could not be changed.
    fileprivate func make(
        _ method: Server.Method,
        _ verb: String,
        _ preposition: String,
        on server: Server,
        _ output: OutputOptions
    ) async throws {
        let record = try await server.group(group)
        let group = try server.groupID(of: record)
        let records = try await server.users(users)
        if method == .delete { try MembershipOptions.requireMembers(records, of: record) }
        let name = "the group \(record.label("name"))"
        let number = record.integer("id")
        try await server.each(
            records,
            verb,
            ending: " \(preposition) \(name)",
            output,
            already: { user in
                let isMember = user.objects("groups").contains { $0.integer("id") == number }
                return method == .post && isMember ? "\(user.label()) is in \(name) already." : nil
            },
            { user in
                try await server.ask(
                    method,
                    ServerPath("/groups/{}/users/{}", group, try server.userID(of: user)),
                    missing: "\(user.label()) or the group is gone."
                )
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
        _ users: [JSONObject],
        of group: JSONObject
    ) throws(CommandError) {
        guard !group.flag("immutable") else { return }
        let id = group.integer("id")
        var strangers: [JSONObject] = []
        for user in users where try !user.list("groups").contains(where: { $0.integer("id") == id })
        {
            strangers.append(user)
        }
        guard !strangers.isEmpty else { return }
        let names = strangers.map { $0.label() }.joined(separator: ", ")
        let verb = strangers.count == 1 ? "is" : "are"
        throw CommandError(
            .notFound,
            "\(names) \(verb) not in the group \(group.label("name")). Nothing was changed."
        )
    }
}
