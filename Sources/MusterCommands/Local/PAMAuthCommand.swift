import ArgumentParser
import MusterCore
import MusterServer
import NIOCore
import WireJSON

/// `muster pam-auth`.
struct PAMAuthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pam-auth",
        abstract: "Check a password for PAM's pam_exec.",
        discussion: """
            Reads PAM_USER, PAM_RHOST and PAM_TYPE from the environment and the password from standard \
            input, and asks the server on this machine. Exit code 0 means that it is right and may be used \
            from there; everything else is 1.

            Example: auth required pam_exec.so quiet expose_authtok /usr/local/bin/muster pam-auth
            """
    )

    @OptionGroup var options: PAMOptions

    func run() async throws {
        try await LoginProgram.run(within: LoginProgram.passwordTime) { deadline in
            let request = try PAMRequest(.authentication)
            let password = try PAMPassword.read(by: .now() + LoginProgram.time)
            let client = LocalClient(socketPath: options.socket, deadline: deadline)
            let answer = try await client.ask(.password) { json in
                json.member("username", request.username)
                password.withExposedValue { json.member("password", $0) }
                if let address = request.address { json.member("address", address) }
            }
            guard answer["allowed"] == .bool(true) else { throw LoginProgram.refusal() }
        }
    }
}

/// What the commands for PAM can be told.
struct PAMOptions: ParsableArguments {
    // Not from the environment, part of which the person who logs in may have chosen.
    @Option(help: "The server's socket.")
    var socket = LocalSocket.standardPath
}
