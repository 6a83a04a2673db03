public import ArgumentParser

/// The command line.
public struct Muster: AsyncParsableCommand {
    /// The commands.
    public static let configuration = CommandConfiguration(
        commandName: "muster",
        abstract: "A directory of users: who is this, may they come in, and what may they do?",
        version: Version.text,
        subcommands: [
            InitCommand.self, ServeCommand.self, ConfigCommand.self, AuthorizedKeysCommand.self,
            PAMAuthCommand.self, PAMAccountCommand.self,
        ]
    )

    /// Builds the command.
    public init() {}
}
