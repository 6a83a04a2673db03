import ArgumentParser
import MusterCore
import WireJSON

/// `muster users passwd`.
struct UsersPasswd: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "passwd",
        abstract: "Set a user's password, or change your own.",
        discussion: """
            For your own, the present one is asked, too; with --password-stdin the present one is the first line and \
            the new one the second. All other sessions of the user end.

            Example: muster users passwd jane@example.com
            Example: muster users passwd jane@example.com --generate-password --temporary
            Example: muster users passwd
            """
    )

    @OptionGroup var subject: UserOrOneself

    @OptionGroup var password: NewPasswordOptions

    @Flag(help: "The user has to choose another one at the next login.")
    var temporary = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let oneself = try await server.oneself()
        guard let user = subject.user else { return try await changeOwn(oneself, on: server) }
        let record = try await server.user(user)
        // Whoever has the files needs no present password: it may be the one that was lost.
        if server.proof != .local, record.integer("id") == oneself.integer("id") {
            try await changeOwn(record, on: server)
        } else {
            try await reset(record, user, on: server)
        }
    }

    private func reset(
        _ record: JSONObject,
        _ user: UserArgument,
        on server: Server
    ) async throws {
        let chosen = try password.read(for: record.text("username") ?? user.text)
        let path = ServerPath("/users/{}/chpasswd", try server.userID(of: record))
        try await server.ask(.put, path, missing: user.missing) { json in
            chosen.password.withExposedValue { json.member("password", $0) }
            if temporary { json.member("temporary", true) }
        }
        try tell(record, chosen, isOwn: false)
    }

    private func changeOwn(_ record: JSONObject, on server: Server) async throws {
        let current = try SecretInput.existing(
            .presentPassword,
            fromStandardInput: password.passwordStdin
        )
        let chosen = try password.read(for: record.text("username") ?? "you")
        try await server.askWithPassword(.put, ServerPath("/session/chpasswd")) { json in
            chosen.password.withExposedValue { json.member("password", $0) }
            current.withExposedValue { json.member("current_password", $0) }
        }
        try tell(record, chosen, isOwn: true)
    }

    private func tell(_ record: JSONObject, _ chosen: ChosenPassword, isOwn: Bool) throws {
        let sentence = "Set the password of \(record.label())."
        try chosen.telling(record, isOwn: isOwn) {
            try output.done(sentence, chosen.added(to: record), .user)
            try chosen.tell(beside: output)
        }
    }
}

extension Server {
    /// The record of whoever asks.
    ///
    /// - Throws: ``CommandError``.
    func oneself() async throws(CommandError) -> JSONObject {
        try await userRecord(.get, ServerPath("/session"))
    }

    /// The path of a user's own calls, which are a session's for oneself: `/users/10/keys`, `/session/keys`.
    ///
    /// - Throws: ``CommandError`` with status `notFound` where there is no such user.
    func path(
        of record: JSONObject?,
        _ call: StaticString
    ) throws(CommandError) -> ServerPath {
        guard let record else { return ServerPath("/session").appending(call) }
        return ServerPath("/users/{}", try userID(of: record)).appending(call)
    }
}
