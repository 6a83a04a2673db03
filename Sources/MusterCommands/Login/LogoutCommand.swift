import ArgumentParser
import FoundationEssentials
import MusterClient
import MusterCore

/// `muster logout`.
struct LogoutCommand: AsyncParsableCommand, Sendable {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "End the session, and forget the profile.",
        discussion: """
            API keys that were kept are forgotten here, after a question, and stay good.

            Example: muster logout
            Example: muster logout --profile lab
            """
    )

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var remote: RemoteOptions

    func run() async throws {
        try await CommandFailure.reporting {
            // As for a login: a profile that is not there is none to end, and no wrong setting.
            let destination = try remote.destination(makesProfile: true)
            let name = destination.profileName
            guard case .profile = destination.proof else {
                throw CommandError(
                    .notFound,
                    "There is no login to end: no profile \(name) for \(destination.url)."
                )
            }
            if case .apiKeys? = destination.credentials {
                try confirmation.askToForget(keysOf: [name])
            }
            var trouble: CommandError?
            if case .session? = destination.credentials {
                do {
                    try await destination.withServer(as: destination.credentials) { server in
                        try await server.ask { try await $0.sessions.logOut() }
                    }
                } catch let error as CommandError {
                    // A session that has ended already is what was wanted.
                    if error.status != .denied { trouble = error }
                }
            }
            try ProfileFile.ofUser.update { $0[name] = nil }
            if let trouble {
                throw CommandError(
                    trouble.status,
                    "The profile \(name) is forgotten, but the session goes on. \(trouble.message)"
                )
            }
            try Console.standard.write("Logged out; the profile \(name) is forgotten.\n")
        }
    }
}
