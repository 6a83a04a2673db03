import ArgumentParser
import MusterClient

/// `muster keys`.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "The SSH keys of users.",
        discussion: "Example: muster keys add jane@example.com ~/.ssh/id_ed25519.pub",
        subcommands: [KeysAdd.self, KeysList.self, KeysRemove.self]
    )
}

extension RecordLayout {
    /// An SSH key.
    static let sshKey = RecordLayout(
        "keys",
        id: "fingerprint",
        columns: [
            Column("Fingerprint", "fingerprint"), Column("Type", "type"),
            .time("Added", "added_at"), Column("User", "username"),
        ],
        fields: ["username", "type", "fingerprint", "key", "added_at"]
    )
}

extension Server {
    /// The keys of a user, in the order in which they were added.
    ///
    /// - Throws: ``CommandError``.
    func sshKeys(of user: some NamedUser) async throws(CommandError) -> [SSHKeyRecord] {
        let reference = user.reference
        return try await ask("key") { try await $0.sshKeys.list(of: reference) }
    }
}
