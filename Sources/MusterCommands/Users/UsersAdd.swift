import ArgumentParser
import MusterClient
import MusterCore
import WireJSON

/// `muster users add`.
struct UsersAdd: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a user.",
        discussion: """
            Asks for the password, unless it comes through standard input, is to be made, or there is to be none. \
            A user without a password comes in by keys only.

            Example: muster users add jane@example.com --role standard --name "Jane Doe"
            Example: muster users add backup --no-password --hosts 10.0.0.0/8
            Example: muster users add intern@example.com --expires 90d --note "Ask Jane"
            """
    )

    @Argument(help: "The user name.")
    var username: String

    @OptionGroup var fields: UserFieldOptions

    @Flag(help: "Add the user, but let nobody in by it yet.")
    var disabled = false

    @OptionGroup var password: NewPasswordOptions

    @Flag(help: "Add the user without a password.")
    var noPassword = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !noPassword || !password.isChosen else {
            throw ValidationError("--no-password and a password exclude each other.")
        }
    }

    func run(on server: Server) async throws {
        var body = try await fields.body(from: server)
        let chosen = noPassword ? nil : try password.read(for: username, orNone: true)
        body.username = username
        body.password = chosen?.password.withExposedValue(\.self)
        if disabled { body.isEnabled = false }
        let user = try await Server.naming(username, UserArgument.noun) { [body] in
            try await server.ask(UserArgument.noun) { try await $0.users.create(body) }
        }
        guard let chosen else { return try tell(user, user.shown) }
        try chosen.telling(user) {
            try tell(user, chosen.added(to: user.shown))
            try chosen.tell(beside: output)
        }
    }

    private func tell(_ user: UserRecord, _ shown: JSONObject) throws {
        let sentence = "Added \(user.label).\(UserArgument.advice(for: username))"
        try output.done(sentence, shown, .user)
        if fields.setsRights { try Administration.tell(user, beside: output) }
    }
}
