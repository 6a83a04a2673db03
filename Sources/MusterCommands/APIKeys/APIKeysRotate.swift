import ArgumentParser
import MusterClient
import MusterCore
import TextBytes
import WireJSON

/// `muster apikeys rotate`.
struct APIKeysRotate: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a user a new pair of API keys, and print it once.",
        discussion: """
            The old pair is dead at once; where there is one, you are asked first. With --yes the user has to be \
            named, yourself as well. Keys of your own need your password where you have a second factor and have logged \
            in more than five minutes ago.

            Example: muster apikeys rotate jane@example.com
            Example: muster apikeys rotate --yes --format json jane@example.com > keys.json
            """
    )

    @OptionGroup var target: UserOrOneself

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var password: PresentPassword
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !output.quiet else {
            throw ValidationError(
                "--quiet would keep the keys to itself. They are shown only once."
            )
        }
        // A variable of a script that was never set would end the keys of whoever runs it.
        guard target.user != nil || !confirmation.yes else {
            throw ValidationError(
                "--yes ends the keys of somebody who is named. Name the user, yourself as well."
            )
        }
    }

    func run(on server: Server) async throws {
        let record = try await server.userOrOneself(target.user)
        if record.hasAPIKeys {
            try confirmation.ask("End the API keys that \(record.label) has now?")
        }
        let pair = try await rotated(record.reference, on: server)
        // Shown before it is kept: if the file cannot be written, nothing is lost.
        let shown = record.shown.only("id", "username")
            .adding("access_key", .string(pair.accessKey))
            .adding("secret_key", .string(pair.secretKey))
        let written = Result { try output.show(shown, .apiKeys) }
        try keep(pair, of: record.user, server)
        try ShownOnce.write(
            orSay:
                "The new API keys of \(record.label) are good all the same, and nobody has seen them; those from "
                + "before are dead. Make others: muster apikeys rotate \(record.user.id)"
        ) {
            try written.get()
        }
    }

    private func rotated(
        _ user: MusterClient.Reference,
        on server: Server
    ) async throws -> APIKeyPairRecord {
        try await server.askConfirmed("pair", password) { client, password in
            do {
                return try await client.apiKeys.rotate(of: user, PasswordBody(password: password))
            } catch let error as MusterClientError {
                guard error.kind == .malformedAnswer, error.failure == nil else { throw error }
                throw CommandError(
                    .protocolMismatch,
                    "The answer of \(server.address) holds no keys. The old ones may be gone; check the address."
                )
            }
        }
    }

    /// Replaces the pair in the profile that showed the old one, which would open nothing any more.
    private func keep(
        _ pair: APIKeyPairRecord,
        of user: UserRecord,
        _ server: Server
    ) throws(CommandError) {
        guard case .profile(let name) = server.proof else { return }
        try ProfileFile.ofUser.update { profiles in
            guard let profile = profiles[name], case .apiKeys = profile.credentials,
                user.username.hasSameBytes(as: profile.username)
            else { return }
            profiles[name] = profile.with(
                .apiKeys(accessKey: pair.accessKey, secretKey: Secret(pair.secretKey))
            )
        }
    }
}

extension RecordLayout {
    fileprivate static let apiKeys = RecordLayout(
        "API keys",
        columns: [
            Column("Username", "username"), Column("Access key", "access_key"),
            Column("Secret key", "secret_key"),
        ],
        fields: ["id", "username", "access_key", "secret_key"]
    )
}
