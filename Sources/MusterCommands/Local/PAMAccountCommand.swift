import ArgumentParser
import MusterCore
import MusterServer
import WireJSON

/// `muster pam-account`.
struct PAMAccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pam-account",
        abstract:
            "Check for PAM's pam_exec whether a user may still come in, however it has proved itself.",
        discussion: """
            Reads PAM_USER, PAM_RHOST and PAM_TYPE from the environment and asks the server on this machine. \
            Exit code 0 means that the user exists, is enabled, has not expired and may come in from there; \
            everything else is 1. Of an account that has expired it says so on standard error: pam_exec \
            makes one answer of all that is not 0, so PAM itself is not told PAM_ACCT_EXPIRED.

            Example: account required pam_exec.so quiet /usr/local/bin/muster pam-account
            """
    )

    @OptionGroup var options: PAMOptions

    func run() async throws {
        try await LoginProgram.run { deadline in
            let request = try PAMRequest(.account)
            let client = LocalClient(socketPath: options.socket, deadline: deadline)
            let answer = try await client.ask(.account) { json in
                json.member("username", request.username)
                if let address = request.address { json.member("address", address) }
            }
            guard answer["allowed"] == .bool(true) else {
                let hasExpired = answer["reason"] == .string("expired")
                throw LoginProgram.refusal(hasExpired ? "the account has expired" : nil)
            }
        }
    }
}
