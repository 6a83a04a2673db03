import ArgumentParser
import MusterClient
import TextBytes

/// `muster keys remove`.
struct KeysRemove: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take an SSH key from a user.",
        discussion: """
            Asks first. The key is named by its fingerprint, as muster keys list shows it, or given as with \
            muster keys add.

            Example: muster keys remove jane@example.com old.pub
            """
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @Argument(help: "A fingerprint, a file, - for standard input, or the line of a .pub file.")
    var key: String

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.user(user)
        let found = try find(in: try await server.sshKeys(of: record))
        let fingerprint = found.fingerprint
        try confirmation.ask("Take the key \(fingerprint) from \(record.label)?")
        try await server.ask { try await $0.sshKeys.remove(fingerprint, from: record.reference) }
        try output.done("Removed \(fingerprint) from \(record.label).", found.shown, .sshKey)
    }

    private func find(in keys: [SSHKeyRecord]) throws(CommandError) -> SSHKeyRecord {
        let found: SSHKeyRecord?
        if key.hasPrefix("SHA256:") {
            found = keys.first { $0.fingerprint.hasSameBytes(as: key) }
        } else {
            let words = try PublicKeySource(key).line().split(separator: " ")
            // The base64 of every kind of key begins with a length, three bytes of which are zero.
            guard let blob = words.first(where: { $0.hasPrefix("AAAA") }) else {
                throw CommandError(.badInput, "\(key) holds no public key.")
            }
            found = keys.first { $0.key.hasSameBytes(as: String(blob)) }
        }
        guard let found else {
            throw CommandError(
                .notFound,
                "\(user.text) has no such key. To see them, run: muster keys list \(user.text)"
            )
        }
        return found
    }
}
