public import ArgumentParser
import FoundationEssentials
public import MusterClient

/// `muster users list`.
struct UsersList: ServerCommand {
    typealias Sort = MusterClient.UserFilter.Order

    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List users.",
        discussion: """
            All of them unless said otherwise; a list of any length is written as it is read.

            Example: muster users list --filter jane --sort username --limit 20
            Example: muster users list --filter '*example.org*'
            Example: muster users list --role administrator --no-factor
            Example: muster users list --unused-since 90d --quiet
            Example: muster users list --group Scanners --format csv > scanners.csv
            """
    )

    @Option(
        help: ArgumentHelp(
            "Only users whose user name, name or e-mail address starts with this, or contains it: *text*.",
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

    @Flag(help: "Only users who have no second factor of any kind.")
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
        var filter = MusterClient.UserFilter()
        if let group { filter.group = try await server.group(group).reference }
        filter.prefix = self.filter
        filter.permissions = role?.permissions
        filter.isEnabled = disabled ? false : nil
        filter.isExpired = expired
        filter.isLocked = locked
        filter.hasNoSecondFactor = noFactor
        filter.unusedSince = unusedSince.flatMap { TimeText.milliseconds($0, now: Date()) }
        filter.order = sort
        filter.isDescending = reverse
        try await server.list(
            UserPages(filter),
            output,
            atMost: limit ?? .max,
            orSay: filter.isEmpty ? nil : "No users match."
        )
    }
}

extension MusterClient.UserFilter.Order: ExpressibleByArgument {}
