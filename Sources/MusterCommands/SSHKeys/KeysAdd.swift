import ArgumentParser
import ClientTransport
import WireJSON

/// `muster keys add`.
struct KeysAdd: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Give a user an SSH key.",
        discussion: """
            The key is a file of one public key, - for standard input, or the key itself.

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

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let line = try PublicKeySource(key).line()
        let id = try await server.userID(user)
        let answer = try await server.answer(
            .post,
            ServerPath("/activelogic/v1/users/{}/keys", id)
        ) { $0.member("key", line) }
        let key = try server.expect(
            try await server.object(answer, missing: user.missing),
            "key",
            "fingerprint"
        )
        let fingerprint = key.text("fingerprint") ?? ""
        let name = key.text("username") ?? user.text
        // 201 is the answer to one that was not there.
        let sentence =
            answer.status == 200
            ? "\(name) has \(fingerprint) already." : "Added \(fingerprint) to \(name)."
        try output.done(sentence, key, .sshKey)
    }
}
