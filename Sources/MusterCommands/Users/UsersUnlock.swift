import ArgumentParser

/// `muster users unlock`.
struct UsersUnlock: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Forget users' failed logins, so that their passwords work again.",
        discussion: "Example: muster users unlock jane@example.com"
    )

    @OptionGroup var subjects: SeveralUsers

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let users = try await server.users(subjects.users)
        try await server.each(users, "Unlocked", output) { user in
            try await server.userRecord(
                .post,
                ServerPath("/muster/v1/users/{}/unlock", try server.userID(of: user)),
                missing: "\(user.label()) is gone already."
            )
        }
    }
}
