public import ArgumentParser

/// The command line.
public struct Muster: AsyncParsableCommand {
    /// The commands.
    public static let configuration = CommandConfiguration(
        commandName: "muster",
        abstract: "A directory of users: who is this, may they come in, and what may they do?",
        discussion: """
            A first directory: muster init, muster serve, muster login, then the nouns below.

            Example: muster users add jane@example.com --role standard
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Directory",
                subcommands: [
                    UsersCommand.self, KeysCommand.self, APIKeysCommand.self, GroupsCommand.self,
                    SessionsCommand.self, AuditCommand.self, AuthenticateCommand.self,
                ]
            ),
            CommandGroup(
                name: "Login",
                subcommands: [
                    LoginCommand.self, LogoutCommand.self, WhoamiCommand.self,
                    ProfilesCommand.self, FactorsCommand.self,
                ]
            ),
            CommandGroup(
                name: "Server",
                subcommands: [
                    InitCommand.self, ServeCommand.self, ConfigCommand.self, ServerCommands.self,
                    BackupCommand.self, RestoreCommand.self, CheckCommand.self,
                    StoreCommand.self,
                    SCIMCommand.self, LDAPCommand.self, CompletionsCommand.self,
                ]
            ),
            CommandGroup(
                name: "OpenSSH and PAM",
                subcommands: [
                    AuthorizedKeysCommand.self, PAMAuthCommand.self, PAMAccountCommand.self,
                ]
            ),
        ]
    )

    /// Builds the command.
    public init() {}
}
