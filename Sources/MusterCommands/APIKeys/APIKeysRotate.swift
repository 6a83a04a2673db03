import ArgumentParser
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
            named, yourself as well.

            Example: muster apikeys rotate jane@example.com
            Example: muster apikeys rotate --yes --format json jane@example.com > keys.json
            """
    )

    @OptionGroup var subject: UserOrOneself

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !output.quiet else {
            throw ValidationError(
                "--quiet would keep the keys to itself. They are shown only once."
            )
        }
        // A variable of a script that was never set would end the keys of whoever runs it.
        guard subject.user != nil || !confirmation.yes else {
            throw ValidationError(
                "--yes ends the keys of somebody who is named. Name the user, yourself as well."
            )
        }
    }

    func run(on server: Server) async throws {
        let record = try await server.userOrOneself(subject.user)
        if record.flag("has_api_keys") {
            try confirmation.ask("End the API keys that \(record.label()) has now?")
        }
        let pair = try await server.ask(.put, try await path(to: record, on: server))
        guard let access = pair.text("accessKey"), let secret = pair.text("secretKey") else {
            throw CommandError(
                .protocolMismatch,
                "The answer of \(server.address) holds no keys. The old ones may be gone; check the address."
            )
        }
        // Shown before it is kept: if the file cannot be written, nothing is lost.
        let shown = record.only("id", "username").adding("access_key", .string(access))
            .adding("secret_key", .string(secret))
        let written = Result { try output.show(shown, .apiKeys) }
        try keep(access, Secret(secret), of: record, server)
        let number = record.integer("id").map { String($0) } ?? ""
        try ShownOnce.write(
            orSay:
                "The new API keys of \(record.label()) are good all the same, and nobody has seen them; those from "
                + "before are dead. Make others: muster apikeys rotate \(number)"
        ) {
            try written.get()
        }
    }

    /// One's own keys are one's own affair, also where one is named; the keys of others are an administrator's.
    private func path(
        to record: JSONObject,
        on server: Server
    ) async throws(CommandError) -> ServerPath {
        guard subject.user != nil else { return try server.path(of: nil, "keys") }
        // The machine itself is somebody else than the directory's owner.
        let isOwn =
            server.proof == .local
            ? false : record.integer("id") == (try await server.oneself()).integer("id")
        return try server.path(of: isOwn ? nil : record, "keys")
    }

    /// Replaces the pair in the profile that showed the old one, which would open nothing any more.
    private func keep(
        _ access: String,
        _ secret: Secret<String>,
        of record: JSONObject,
        _ server: Server
    ) throws(CommandError) {
        guard case .profile(let name) = server.proof else { return }
        try ProfileFile.ofUser.update { profiles in
            guard let profile = profiles[name], case .apiKeys = profile.credentials,
                record.text("username")?.hasSameBytes(as: profile.username) == true
            else { return }
            profiles[name] = profile.with(.apiKeys(accessKey: access, secretKey: secret))
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
