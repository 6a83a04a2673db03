import ArgumentParser
import MusterClient

/// `muster keys add`.
struct KeysAdd: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Give a user an SSH key.",
        discussion: """
            The key is a file of one public key, - for standard input, or the key itself. A key of your own needs your \
            password where you have logged in more than five minutes ago.

            Example: muster keys add jane@example.com ~/.ssh/id_ed25519.pub
            Example: ssh-add -L | head -1 | muster keys add jane@example.com -
            """
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @Argument(
        help: "A file, - for standard input, or the line of a .pub file.",
        completion: .file()
    )
    var key: String

    @OptionGroup var password: PresentPassword
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !password.passwordStdin || PublicKeySource(key) != .standardInput else {
            throw ValidationError(
                "Standard input has one of the two, the key or the password. Name the key's file."
            )
        }
    }

    func run(on server: Server) async throws {
        let line = try PublicKeySource(key).line()
        let record = try await server.user(user)
        let added = try await server.askConfirmed("key", password, missing: user.missing) {
            try await $0.sshKeys.add(line, to: record.reference, password: $1)
        }
        let (name, fingerprint) = (added.key.username, added.key.fingerprint)
        let sentence =
            added.isNew
            ? "Added \(fingerprint) to \(name)." : "\(name) has \(fingerprint) already."
        try output.done(sentence, added.key.shown, .sshKey)
    }
}
