import ArgumentParser
import FoundationEssentials
import MusterClient
import MusterCore
import WireJSON

/// `muster scim token list`.
struct SCIMTokenList: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List whose API keys are good for SCIM: who may read or change users.",
        discussion: """
            Keys are kept as digests: who has some is shown, and what became of them, and never the keys.

            Example: muster scim token list
            Example: muster scim token list --unused-since 90d
            """
    )

    /// The last moment that the server takes; all keys were made before.
    private static let ever: Int64 = 999_999_999_999_999_999

    @Option(
        help: ArgumentHelp(
            "Only tokens made before then that opened nothing since: 2026-01-31, 90d.",
            valueName: "time"
        )
    )
    var unusedSince: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if let unusedSince, TimeText.milliseconds(unusedSince, now: Date()) == nil {
            throw ValidationError(TimeText.refusal("--unused-since", unusedSince))
        }
    }

    func run(on server: Server) async throws {
        var filter = MusterClient.UserFilter()
        filter.keysUnusedSince =
            unusedSince.flatMap { TimeText.milliseconds($0, now: Date()) } ?? SCIMTokenList.ever
        var pages = UserPages(filter)
        var list = output.list(.scimTokens, orSay: "No tokens match.")
        while let page = try await pages.next(from: server, atMost: .max) {
            try list.append(page.filter(SCIMTokenList.mayRead).map(\.shown))
        }
        try list.finish()
    }

    private static func mayRead(_ user: UserRecord) -> Bool {
        !user.administersBy.isEmpty || Masks(read: user.readbm).canRead(.users)
    }
}

extension RecordLayout {
    fileprivate static let scimTokens = RecordLayout(
        "tokens",
        columns: [
            Column("Id", "id"), Column("Username", "username"),
            Column("May", SCIMTokenCells.rights),
            Column("State", SCIMTokenCells.state), .time("Last use", "last_key_use"),
        ],
        fields: [
            "id", "username", "administers_by", "enabled", "expired", "api_permitted", "timeout",
            "last_key_use",
        ]
    )
}

/// What stands in the cells of a token.
private enum SCIMTokenCells {
    @Sendable static func rights(_ user: JSONObject) -> Table.Cell {
        Table.Cell(user.texts("administers_by").isEmpty ? "read" : "change")
    }

    /// Whether it opens anything at present, as far as its user goes.
    @Sendable static func state(_ user: JSONObject) -> Table.Cell {
        guard user.flag("enabled") else { return Table.Cell("disabled", .bad) }
        guard !user.flag("expired") else { return Table.Cell("expired", .bad) }
        guard user.flag("api_permitted") else { return Table.Cell("API closed", .bad) }
        let seconds = user.integer("timeout") ?? 0
        return seconds > 0
            ? Table.Cell("rests after \(seconds) s", .notable) : Table.Cell("good", .good)
    }
}
