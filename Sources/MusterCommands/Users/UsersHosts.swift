import ArgumentParser
import MusterClient
import MusterCore
import WireJSON

/// `muster users hosts`.
struct UsersHosts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract: "From where a user may come.",
        discussion: """
            Addresses and networks in CIDR form. A user without any may come from anywhere.

            Example: muster users hosts add jane@example.com 10.0.0.0/8 2001:db8::/32
            """,
        subcommands: [
            UsersHostsShow.self, UsersHostsSet.self, UsersHostsAdd.self, UsersHostsRemove.self,
        ]
    )
}

extension RecordLayout {
    /// A network from which a user may come.
    static let host = RecordLayout(
        "hosts",
        id: "host",
        columns: [Column("Host", "host")],
        fields: ["host"]
    )
}

extension OutputOptions {
    /// Prints the networks of a user, one a line.
    func hosts(of user: some NamedUser) throws {
        let hosts = user.user.hosts
        guard !hosts.isEmpty || format != .table || quiet else {
            return try Console.standard.write("The user may come from anywhere.\n")
        }
        var list = list(.host)
        try list.append(hosts.map { JSONObject([("host", .string($0))]) })
        try list.finish()
    }
}

/// A user, and networks.
struct UserHostsArguments: ParsableArguments, Sendable {
    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @Argument(help: "Addresses and networks; set takes any, too.")
    var hosts: [String]
}

/// `muster users hosts show`.
struct UsersHostsShow: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show from where a user may come.",
        discussion: "Example: muster users hosts show jane@example.com"
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        try output.hosts(of: try await server.user(user))
    }
}

/// `muster users hosts set`.
struct UsersHostsSet: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Say from where a user may come, in place of what was said before.",
        discussion: """
            Example: muster users hosts set jane@example.com 10.0.0.0/8
            Example: muster users hosts set jane@example.com any
            """
    )

    @OptionGroup var choice: UserHostsArguments

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let hosts = choice.hosts == ["any"] ? [] : choice.hosts
        let changed = try await server.change(choice.user) { $0.hosts = hosts }
        try output.hosts(of: changed)
    }
}

/// `muster users hosts add`.
struct UsersHostsAdd: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let a user come from more networks.",
        discussion: """
            A user who could come from anywhere can come from these only.

            Example: muster users hosts add jane@example.com 192.0.2.7
            """
    )

    @OptionGroup var choice: UserHostsArguments

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let changed = try await RevisedChange(server: server, user: choice.user).hosts {
            $0 + choice.hosts
        }
        try output.hosts(of: changed)
    }
}
