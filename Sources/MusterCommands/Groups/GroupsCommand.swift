import ArgumentParser
import MusterClient

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
        try list.append(try await server.groups().map(\.shown))
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
        let group = try await Server.naming(name, GroupArgument.noun) {
            try await server.ask(GroupArgument.noun) {
                try await $0.groups.create(GroupBody(name: name))
            }
        }
        let advice = GroupArgument.advice(for: name)
        try output.done("Added the group \(group.label).\(advice)", group.shown, .group)
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
        let changed = try await Server.naming(name, GroupArgument.noun) {
            try await server.ask(GroupArgument.noun, missing: group.missing) {
                try await $0.groups.change(record.reference, GroupBody(name: name))
            }
        }
        let sentence =
            "Renamed the group \(record.label) to \(name).\(GroupArgument.advice(for: name))"
        try output.done(sentence, changed.shown, .group)
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
        let members = record.userCount
        if members > 0, !record.isImmutable {
            throw CommandError(
                .refused,
                "The group \(record.label) has \(Count.text(members, "member")). To take them out, run: "
                    + "muster groups members remove \(group.text) USER"
            )
        }
        try confirmation.ask("Remove the group \(record.label)?")
        try await server.ask(missing: group.missing) {
            try await $0.groups.remove(record.reference)
        }
        try output.done("Removed the group \(record.label).", record.shown, .group)
    }
}
