import MusterClient
import MusterCore

/// A change that depends on what a user has now, and is lost to nobody who changes the same at the same time.
struct RevisedChange {
    /// How often it is tried, where others change users all the time.
    private static let tries = 10

    let server: Server
    let user: UserArgument

    /// Changes where a user may come from.
    ///
    /// - Parameter revise: Makes the new hosts of the present ones; called again where they have changed.
    /// - Returns: The user as it is then.
    /// - Throws: ``CommandError``, what `revise` throws among it.
    func hosts(
        _ revise: ([String]) throws(CommandError) -> [String]
    ) async throws(CommandError) -> UserRecord {
        for _ in 0..<RevisedChange.tries {
            let present = try await server.ask(UserArgument.noun, missing: user.missing) {
                try await $0.users.revised(user.reference)
            }
            var body = UserBody()
            body.hosts = try revise(present.record.user.hosts)
            do throws(CommandError) {
                let id = present.record.reference
                return try await server.ask(UserArgument.noun, missing: user.missing) {
                    [body] in
                    try await $0.users.change(id, body, at: present.revision)
                }
            } catch {
                // Somebody has changed a user meanwhile, perhaps this one.
                guard error.isCode(.revisionChanged) else { throw error }
            }
        }
        throw CommandError(
            .tryAgain,
            "Others change users all the time. Nothing was changed; try again later."
        )
    }
}
