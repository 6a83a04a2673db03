import ArgumentParser

/// `muster apikeys`.
struct APIKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apikeys",
        abstract: "The API keys of users.",
        discussion: "Example: muster apikeys rotate jane@example.com",
        subcommands: [APIKeysRotate.self, APIKeysRevoke.self]
    )
}
