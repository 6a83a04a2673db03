import ArgumentParser
import MusterClient
import MusterCore

/// Asks for one's own password, where the change is about how oneself is reached.
struct OwnPasswordOptions: ParsableArguments, Sendable {
    @Flag(
        help:
            "Where the change is about yourself, read your password from the first line of standard input."
    )
    var passwordStdin = false

    /// The password of whoever asks, if a record is its own; nil if it is somebody else's.
    ///
    /// Whoever has the files needs none: it may be the one that was lost.
    ///
    /// - Throws: ``CommandError``.
    func read(
        for record: some NamedUser,
        on server: Server
    ) async throws(CommandError) -> MusterCore.Secret<String>? {
        guard server.proof != .local,
            record.user.id == (try await server.oneself()).user.id
        else { return nil }
        return try SecretInput.existing(.presentPassword, fromStandardInput: passwordStdin)
    }
}
