import ArgumentParser
import MusterClient

/// `muster audit tail`.
struct AuditTail: ServerCommand {
    /// How long to wait before looking for more.
    private static let interval = Duration.seconds(1)

    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Show the last events, and new ones as they happen, until Ctrl-C.",
        discussion: """
            With --format json each line is an object of its own.

            Example: muster audit tail --action user.authenticate.password
            """
    )

    @OptionGroup var filters: AuditFilters

    // A number below zero is one, too, and not the next option.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many events to begin with; 10 if unset.", valueName: "n")
    )
    var lines = 10

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard lines >= 0 else { throw ValidationError("--lines is a number from 0.") }
    }

    func run(on server: Server) async throws {
        let log = AuditLog(server: server, filter: try await filters.filter(from: server))
        var list = output.stream(.auditEvent)
        var place = try await log.start(ofLast: lines)
        while true {
            let events = try await log.events(at: place)
            try list.append(events.map(\.shown))
            place = try log.place(place, after: events)
            if events.isEmpty { try await Task.sleep(for: AuditTail.interval) }
        }
    }
}
