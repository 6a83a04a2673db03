import ArgumentParser
import MusterClient
import TextBytes
import WireJSON

/// `muster sessions`.
struct SessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Who is logged in.",
        discussion: "Example: muster sessions list --user jane@example.com",
        subcommands: [SessionsList.self, SessionsRevoke.self]
    )
}

extension RecordLayout {
    /// A session.
    fileprivate static let session = RecordLayout(
        "sessions",
        columns: [
            Column("Id", "id"), Column("User", "username"), .time("Begun", "created_at"),
            .time("Last seen", "last_seen_at"), Column("Address", "address"),
            Column("Program", "program"),
            Column("") { Table.Cell($0.flag("current") ? "this one" : "", .notable) },
        ],
        fields: [
            "id", "user_id", "username", "created_at", "last_seen_at", "address", "program",
            "current",
        ]
    )
}

/// `muster sessions list`.
struct SessionsList: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List sessions: everybody's for administrators, otherwise your own.",
        discussion: "Example: muster sessions list --user jane@example.com"
    )

    @Option(help: ArgumentHelp("Only sessions of this user.", valueName: "user"))
    var user: UserArgument?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        var list = output.list(.session, orSay: user.map { "\($0.text) has no sessions." })
        let page = try await server.ask("session", missing: user?.missing) {
            try await $0.sessions.list(of: user?.reference)
        }
        try list.append(page.sessions.map(\.shown))
        try list.finish()
    }
}

/// `muster sessions revoke`.
struct SessionsRevoke: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End sessions: some by id, or all of a user.",
        discussion: """
            Asks before it ends all of a user. Passwords and keys stay as they are; to keep somebody out, use: \
            muster users disable

            Example: muster sessions revoke 2d0b8a6f4c1e9d3b
            Example: muster sessions revoke --user jane@example.com --yes
            """
    )

    @Argument(help: "The ids, as muster sessions list shows them.")
    var ids: [String] = []

    @Option(help: ArgumentHelp("All sessions of this user.", valueName: "user"))
    var user: UserArgument?

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard ids.isEmpty != (user == nil) else {
            throw ValidationError("Give the ids of sessions, or --user, and not both.")
        }
    }

    func run(on server: Server) async throws {
        if let user {
            let record = try await server.user(user)
            try confirmation.ask("End all sessions of \(record.label)?")
            try await server.ask(missing: user.missing) {
                try await $0.sessions.endAll(of: record.reference)
            }
            try output.done("Ended all sessions of \(record.label).", record.shown, .user)
            return
        }
        let records = try await sessions(on: server)
        try await server.each(records, "Ended", output, .session) { session in
            try await server.ask(missing: "There is no session \(session.id).") {
                try await $0.sessions.end(session.id)
            }
            return session
        }
    }

    /// The sessions of the ids, each once, before any of them is ended.
    private func sessions(on server: Server) async throws(CommandError) -> [SessionToEnd] {
        let page = try await server.ask("session") { try await $0.sessions.list() }
        // Where there are more sessions than a list holds, only ending one tells whether it is there.
        let isWhole = page.total <= Int64(page.sessions.count)
        var records: [SessionToEnd] = []
        var missing: [String] = []
        for id in ids where !records.contains(where: { $0.id.hasSameBytes(as: id) }) {
            let record = page.sessions.first { $0.id.hasSameBytes(as: id) }
            if record == nil, isWhole {
                missing.append(id)
            } else {
                records.append(SessionToEnd(id: id, record: record))
            }
        }
        try Server.requireNone(missing, "session", of: ids.count)
        return records
    }
}

/// A session that was named by its id.
private struct SessionToEnd: NamedRecord {
    let id: String
    /// What the list has of it; nil if the list was not long enough.
    let record: SessionRecord?

    var label: String { id }

    func write(to json: inout JSONWriter) {
        guard let record else { return json.object { $0.member("id", id) } }
        record.write(to: &json)
    }
}
