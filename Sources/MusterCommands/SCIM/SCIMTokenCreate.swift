import ArgumentParser
import MusterClient
import WireJSON

/// `muster scim token create`.
struct SCIMTokenCreate: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Give a user a new pair of API keys, and print it once as a bearer token.",
        discussion: """
            The token is what providers ask for as Secret Token, Bearer Token or HTTP header. The user's old pair is dead \
            at once; where there is one, you are asked first.

            Example: muster scim token create provider
            Example: muster scim token create --yes --format json provider > token.json
            """
    )

    @Argument(help: "The user: id, UUID or user name (name:NAME if it reads like an id).")
    var user: UserArgument

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var password: PresentPassword
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !output.quiet else {
            throw ValidationError(
                "--quiet would keep the token to itself. It is shown only once."
            )
        }
    }

    func run(on server: Server) async throws {
        let record = try await server.user(user)
        if record.hasAPIKeys {
            try confirmation.ask("End the API keys that \(record.label) has now?")
        }
        let pair = try await server.askConfirmed("pair", password) { client, password in
            try await client.apiKeys.rotate(of: record.reference, PasswordBody(password: password))
        }
        let shown = record.shown.only("id", "username")
            .adding("token", .string(pair.accessKey + pair.secretKey))
        try ShownOnce.write(
            orSay:
                "The new token of \(record.label) is good all the same, and nobody has seen it; keys from before are "
                + "dead. Make another: muster scim token create \(record.user.id)"
        ) {
            try output.show(shown, .scimToken)
        }
        for sentence in advice(on: record) { CommandFailure.note(sentence) }
    }

    /// What would keep a provider from working with the token.
    private func advice(on record: AccountRecord) -> [String] {
        var sentences: [String] = []
        if record.user.administersBy.isEmpty {
            sentences.append(
                "\(record.label) may not change users. Let it: muster users masks set \(record.user.id) --writebm Users"
            )
        }
        if record.user.timeout > 0 {
            sentences.append(
                "After \(record.user.timeout) seconds without a request the token rests. Let it be good for ever: "
                    + "muster users edit \(record.user.id) --timeout 0"
            )
        }
        return sentences
    }
}

extension RecordLayout {
    fileprivate static let scimToken = RecordLayout(
        "tokens",
        columns: [Column("Username", "username"), Column("Token", "token")],
        fields: ["id", "username", "token"]
    )
}
