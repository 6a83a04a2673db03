import ArgumentParser
import Foundation
import WireJSON

/// `muster users list`.
struct UsersList: ServerCommand {
    enum Sort: String, ExpressibleByArgument, CaseIterable {
        case id
        case username
        case name
        case email
    }

    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List users.",
        discussion: """
            All of them unless said otherwise; a list of any length is written as it is read.

            Example: muster users list --filter jane --sort username --limit 20
            Example: muster users list --role administrator --no-factor
            Example: muster users list --unused-since 90d --quiet
            Example: muster users list --group Scanners --format csv > scanners.csv
            """
    )

    @Option(
        help: ArgumentHelp(
            "Only users whose user name, name or e-mail address starts with this.",
            valueName: "prefix"
        )
    )
    var filter: String?

    @Option(help: "By what to sort.")
    var sort = Sort.id

    @Flag(help: "Sort the other way round.")
    var reverse = false

    @Option(
        help: ArgumentHelp(
            "Only members of this group: id, UUID or name (name:NAME if it reads like an id).",
            valueName: "group"
        )
    )
    var group: GroupArgument?

    @Option(help: ArgumentHelp("Only users of this role, by name or number.", valueName: "role"))
    var role: RoleArgument?

    @Flag(help: "Only users who are disabled.")
    var disabled = false

    @Flag(help: "Only users whose account has expired.")
    var expired = false

    @Flag(help: "Only users whose password is closed by failed logins.")
    var locked = false

    @Flag(help: "Only users who get no code at a login.")
    var noFactor = false

    @Option(
        help: ArgumentHelp(
            "Only users made before then whose password and API keys opened nothing since: 2026-01-31, 90d.",
            valueName: "time"
        )
    )
    var unusedSince: String?

    // A number below zero is one, too, and not the next option.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many users at most; all if unset.", valueName: "n")
    )
    var limit: Int?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard limit ?? 1 > 0 else { throw ValidationError("--limit is a number from 1.") }
        // Who goes on with the list would go on with everybody.
        guard filter?.isEmpty != true else {
            throw ValidationError("--filter is empty. Leave it out for all users.")
        }
        if let unusedSince, TimeText.milliseconds(unusedSince, now: Date()) == nil {
            throw ValidationError(TimeText.refusal("--unused-since", unusedSince))
        }
    }

    func run(on server: Server) async throws {
        var group: String?
        if let argument = self.group { group = try await server.groupID(argument) }
        let unused = unusedSince.flatMap { TimeText.milliseconds($0, now: Date()) }
        let filters: [(name: String, value: String?)] = [
            ("f", filter), ("group", group), ("role", role.map { String($0.permissions) }),
            ("enabled", disabled ? "false" : nil), ("expired", expired ? "true" : nil),
            ("locked", locked ? "true" : nil),
            ("second_factor", noFactor ? "none" : nil),
            ("unused_since", unused.map { String($0) }),
        ]
        let order: (name: String, value: String?) = ("sort", (reverse ? "-" : "") + sort.rawValue)
        try await server.list(
            UserPages(query: filters + [order]),
            output,
            atMost: limit ?? .max,
            orSay: filters.contains { $0.value != nil } ? "No users match." : nil
        )
    }
}
