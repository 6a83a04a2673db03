import ArgumentParser
import MusterClient

/// `muster audit list`.
struct AuditList: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List events of the audit log, the oldest first.",
        discussion: """
            The newest 50 unless said otherwise.

            Example: muster audit list --target jane@example.com --since 7d
            Example: muster audit list --action user.delete --all --format json
            """
    )

    @OptionGroup var filters: AuditFilters

    // A number below zero is one, too, and not the next option.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many events at most, the newest; 50 if unset.", valueName: "n")
    )
    var limit: Int?

    @Flag(help: "All events.")
    var all = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard limit ?? 1 > 0 else { throw ValidationError("--limit is a number from 1.") }
        guard !all || limit == nil else {
            throw ValidationError("--all and --limit exclude each other.")
        }
    }

    func run(on server: Server) async throws {
        let log = AuditLog(server: server, filter: try await filters.filter(from: server))
        let remark = log.filter.isEmpty ? nil : "No events match."
        var list = output.list(.auditEvent, orSay: remark)
        var place = all ? 0 : try await log.start(ofLast: limit ?? 50)
        while case let page = try await log.events(at: place), !page.isEmpty {
            try list.append(page.map(\.shown))
            place = try log.place(place, after: page)
        }
        try list.finish()
    }
}
