import ArgumentParser

/// `muster scim`.
struct SCIMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scim",
        abstract: "What identity providers need to speak SCIM.",
        discussion: "Example: muster scim token create provider",
        subcommands: [SCIMTokenCommand.self]
    )
}

/// `muster scim token`.
struct SCIMTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Bearer tokens for SCIM: the API keys of a user, in one piece.",
        discussion: "Example: muster scim token create provider",
        subcommands: [SCIMTokenCreate.self, SCIMTokenList.self, SCIMTokenRevoke.self]
    )
}
