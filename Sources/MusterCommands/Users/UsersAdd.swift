import ArgumentParser
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
        let members = try await fields.members(from: server)
        let chosen = noPassword ? nil : try password.read(for: username, orNone: true)
        let user = try await Server.naming(username, UserArgument.noun) {
            try await server.userRecord(.post, ServerPath("/muster/v1/users")) { json in
                json.member("username", username)
                chosen?.password.withExposedValue { json.member("password", $0) }
                members(&json)
                if disabled { json.member("enabled", false) }
            }
        }
        guard let chosen else { return try tell(user, user) }
        try chosen.telling(user) {
            try tell(user, chosen.added(to: user))
            try chosen.tell(beside: output)
        }
    }

    private func tell(_ user: JSONObject, _ shown: JSONObject) throws {
        let sentence = "Added \(user.label()).\(UserArgument.advice(for: username))"
        try output.done(sentence, shown, .user)
        if fields.setsRights { try Administration.tell(user, beside: output) }
    }
}
