import ArgumentParser
import WireJSON

/// `muster groups`.
struct GroupsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "Groups of users.",
        discussion: """
            A group is named by id, UUID or name; name:NAME is for a name that reads like an id.

            Example: muster groups add Scanners
            Example: muster groups members add Scanners jane@example.com
            """,
        subcommands: [
            GroupsList.self, GroupsAdd.self, GroupsRename.self, GroupsRemove.self,
            GroupsMembers.self,
        ]
    )
}

extension RecordLayout {
    /// A group.
    static let group = RecordLayout(
        "groups",
        columns: [
            Column("Id", "id"), Column("Name", "name"), Column("Members", "user_count"),
            Column("UUID", "uuid"),
        ],
        fields: ["id", "uuid", "name", "user_count"]
    )
}

/// `muster groups list`.
struct GroupsList: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List groups.",
        discussion: "Example: muster groups list"
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        var list = output.list(.group)
        try list.append(try await server.groups())
        try list.finish()
    }
}

/// `muster groups add`.
struct GroupsAdd: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a group.",
        discussion: "Example: muster groups add Scanners"
    )

    @Argument(help: "The name.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        try GroupArgument.check(name)
        let answer = try await Server.naming(name, GroupArgument.noun) {
            try await server.ask(.post, ServerPath("/groups")) { $0.member("name", name) }
        }
        let group = try server.expect(answer, GroupArgument.noun, "id", "name")
        let advice = GroupArgument.advice(for: name)
        try output.done("Added the group \(group.label("name")).\(advice)", group, .group)
    }
}

/// `muster groups rename`.
struct GroupsRename: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Give a group another name.",
        discussion: """
            Id, UUID and members stay.

            Example: muster groups rename Scanners "Scan team"
            """
    )

    @Argument(help: "The group: id, UUID or name (name:NAME if it reads like an id).")
    var group: GroupArgument

    @Argument(help: "The new name.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        try GroupArgument.check(name)
        let record = try await server.group(group)
        let path = ServerPath("/groups/{}", try server.groupID(of: record))
        let changed = try await Server.naming(name, GroupArgument.noun) {
            try await server.ask(.put, path, missing: group.missing) { $0.member("name", name) }
        }
        let sentence =
            "Renamed the group \(record.label("name")) to \(name).\(GroupArgument.advice(for: name))"
        try output.done(sentence, changed, .group)
    }
}

/// `muster groups remove`.
struct GroupsRemove: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a group that has no members.",
        discussion: """
            Asks first.

            Example: muster groups remove Scanners
            """
    )

    @Argument(help: "The group: id, UUID or name (name:NAME if it reads like an id).")
    var group: GroupArgument

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.group(group)
        let members = record.integer("user_count") ?? 0
        if members > 0, !record.flag("immutable") {
            throw CommandError(
                .refused,
                "The group \(record.label("name")) has \(Count.text(members, "member")). To take them out, run: "
                    + "muster groups members remove \(group.text) USER"
            )
        }
        try confirmation.ask("Remove the group \(record.label("name"))?")
        let path = ServerPath("/groups/{}", try server.groupID(of: record))
        try await server.ask(.delete, path, missing: group.missing)
        try output.done("Removed the group \(record.label("name")).", record, .group)
    }
}
