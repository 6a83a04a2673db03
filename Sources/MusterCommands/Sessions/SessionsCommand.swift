import ArgumentParser
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
            Column("") { Table.Cell($0.flag("current") ? "this one" : "", .notable) },
        ],
        fields: [
            "id", "user_id", "username", "created_at", "last_seen_at", "address", "current",
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
        let path = ServerPath("/muster/v1/sessions").with([("user", user?.reference)])
        var list = output.list(.session, orSay: user.map { "\($0.text) has no sessions." })
        try list.append(
            try await server.ask(.get, path, missing: user?.missing).list("sessions")
        )
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
            try confirmation.ask("End all sessions of \(record.label())?")
            let path = ServerPath("/muster/v1/users/{}/sessions", try server.userID(of: record))
            try await server.ask(.delete, path, missing: user.missing)
            try output.done("Ended all sessions of \(record.label()).", record, .user)
            return
        }
        let records = try await sessions(on: server)
        try await server.each(records, "Ended", by: "id", output, .session) { session in
            let id = session.text("id") ?? ""
            let path = ServerPath("/muster/v1/sessions/{}", id)
            try await server.ask(.delete, path, missing: "There is no session \(id).")
            return session
        }
    }

    /// The sessions of the ids, each once, before any of them is ended.
    private func sessions(on server: Server) async throws(CommandError) -> [JSONObject] {
        let answer = try await server.ask(.get, ServerPath("/muster/v1/sessions"))
        let all = try answer.list("sessions")
        // Where there are more sessions than a list holds, only ending one tells whether it is there.
        let isWhole = (answer.integer("total") ?? 0) <= Int64(all.count)
        var records: [JSONObject] = []
        var missing: [String] = []
        for id in ids {
            guard !records.contains(where: { $0.text("id")?.hasSameBytes(as: id) == true }) else {
                continue
            }
            if let found = all.first(where: { $0.text("id")?.hasSameBytes(as: id) == true }) {
                records.append(found)
            } else if isWhole {
                missing.append(id)
            } else {
                records.append(JSONObject([("id", .string(id))]))
            }
        }
        try Server.requireNone(missing, "session", of: ids.count)
        return records
    }
}
