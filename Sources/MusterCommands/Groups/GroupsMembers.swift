import ArgumentParser
import MusterClient

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
        var filter = MusterClient.UserFilter()
        filter.group = record.reference
        try await server.list(
            UserPages(filter),
            output,
            orSay: "The group \(record.label) has no members."
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
        try await change.make(.add, "Added", "to", on: server, output)
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
        try await change.make(.remove, "Took", "out of", on: server, output)
    }
}
