import ArgumentParser
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

    @Option(help: ArgumentHelp("Only members of this group: id, UUID or name.", valueName: "group"))
    var group: GroupArgument?

    @Option(help: ArgumentHelp("How many users at most; all if unset.", valueName: "n"))
    var limit: Int?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard limit ?? 1 > 0 else { throw ValidationError("--limit is a number from 1.") }
    }

    func run(on server: Server) async throws {
        var group: String?
        if let argument = self.group { group = try await server.groupID(argument) }
        let pages = UserPages(query: [
            ("f", filter), ("sort", (reverse ? "-" : "") + sort.rawValue), ("group", group),
        ])
        try await server.list(pages, output, atMost: limit ?? .max)
    }
}
