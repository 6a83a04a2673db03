import ArgumentParser

/// `muster users`.
struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "Look at users and change them.",
        discussion: """
            A user is named by id, UUID or user name.

            Example: muster users list --filter jane
            """,
        subcommands: [
            UsersList.self, UsersShow.self, UsersAdd.self, UsersEdit.self, UsersRename.self,
            UsersRemove.self,
            UsersEnable.self, UsersDisable.self, UsersPasswd.self, UsersUnlock.self,
            UsersHosts.self, UsersAuths.self, UsersMasks.self, UsersTwoFactor.self,
            UsersImport.self,
            UsersExport.self,
        ]
    )
}
