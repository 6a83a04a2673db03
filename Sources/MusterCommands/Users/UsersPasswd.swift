import ArgumentParser
import MusterClient
import MusterCore

/// `muster users passwd`.
struct UsersPasswd: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "passwd",
        abstract: "Set a user's password, or change your own.",
        discussion: """
            For your own, the present one is asked, too; with --password-stdin the present one is the first line and \
            the new one the second. All other sessions of the user end.

            Example: muster users passwd jane@example.com
            Example: muster users passwd jane@example.com --generate-password --temporary
            Example: muster users passwd
            """
    )

    @OptionGroup var target: UserOrOneself

    @OptionGroup var password: NewPasswordOptions

    @Flag(help: "The user has to choose another one at the next login.")
    var temporary = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let oneself = try await server.oneself()
        guard let user = target.user else { return try await changeOwn(oneself.user, on: server) }
        let record = try await server.user(user).user
        // Whoever has the files needs no present password: it may be the one that was lost.
        if server.proof != .local, record.id == oneself.user.id {
            try await changeOwn(record, on: server)
        } else {
            try await reset(record, user, on: server)
        }
    }

    private func reset(
        _ record: UserRecord,
        _ user: UserArgument,
        on server: Server
    ) async throws {
        let chosen = try password.read(for: record.username)
        try await set(chosen, nil, of: record, missing: user.missing, on: server)
        try tell(record, chosen, isOwn: false)
    }

    private func changeOwn(_ record: UserRecord, on server: Server) async throws {
        let current = try SecretInput.existing(
            .presentPassword,
            fromStandardInput: password.passwordStdin
        )
        let chosen = try password.read(for: record.username)
        try await set(chosen, current, of: record, missing: nil, on: server)
        try tell(record, chosen, isOwn: true)
    }

    private func set(
        _ chosen: ChosenPassword,
        _ current: MusterCore.Secret<String>?,
        of record: UserRecord,
        missing: String?,
        on server: Server
    ) async throws {
        let body = NewPasswordBody(
            password: chosen.password.withExposedValue(\.self),
            currentPassword: current?.withExposedValue(\.self),
            isTemporary: current == nil && temporary
        )
        try await server.ask(missing: missing) {
            try await $0.users.setPassword(of: record.reference, body)
        }
    }

    private func tell(_ record: UserRecord, _ chosen: ChosenPassword, isOwn: Bool) throws {
        let sentence = "Set the password of \(record.label)."
        try chosen.telling(record, isOwn: isOwn) {
            try output.done(sentence, chosen.added(to: record.shown), .user)
            try chosen.tell(beside: output)
        }
    }
}
