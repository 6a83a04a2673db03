import ArgumentParser
import ClientTransport
import FoundationEssentials
import MusterClient
import MusterCore

/// `muster login`.
struct LoginCommand: AsyncParsableCommand, Sendable {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in, and stay so for the commands that follow.",
        discussion: """
            Asks for what is missing, and for the code of a second factor where there is one. Keeps the address and \
            the session in a file that only you can read. With --password-stdin the code, where one is needed, is \
            the second line; --send has one sent. Asks before it puts another login in the place of API keys, which are shown nowhere else.

            Example: muster login --url https://muster.example.com admin@example.com
            Example: muster login --send email jane@example.com
            Example: muster login --profile lab --url https://lab.example.com --api-keys
            """
    )

    @Argument(help: "The user name.")
    var username: String?

    @Flag(help: "Read the password from the first line of standard input.")
    var passwordStdin = false

    @Option(
        help: ArgumentHelp(
            "Have a code sent by this way, where you have set it up beside another factor: email or sms.",
            valueName: "way"
        )
    )
    var send: CodeWay?

    @Flag(
        help: ArgumentHelp(
            "Keep a pair of API keys instead of a session: those of MUSTER_ACCESS_KEY and MUSTER_SECRET_KEY, or asked for."
        )
    )
    var apiKeys = false

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var remote: RemoteOptions

    func validate() throws {
        guard !apiKeys || (username == nil && !passwordStdin && send == nil) else {
            throw ValidationError(
                "--api-keys say who you are; leave out the name, the password and the code."
            )
        }
    }

    func run() async throws {
        try await CommandFailure.reporting {
            let destination = try remote.destination(makesProfile: true)
            let name = destination.profileName
            // A file of profiles that is no good is told when this one is written to it.
            let former = (try? ProfileFile.ofUser.read())?[name]
            if !apiKeys, former?.keepsKeys == true { try confirmation.askToForget(keysOf: [name]) }
            let shown = try await apiKeys ? keys(destination) : session(destination)
            let (credentials, origin) = (shown.credentials, shown.origin)
            if apiKeys, former?.keepsOtherKeys(than: credentials) == true {
                try confirmation.askToForget(keysOf: [name])
            }
            let own = try await destination.withServer(as: credentials, from: origin) { server in
                try await server.oneself()
            }
            let profile = Profile(
                url: destination.url,
                authority: destination.authority.map { URL(fileURLWithPath: $0).path },
                allowsPlaintext: destination.allowsPlaintext,
                username: own.user.username,
                credentials: credentials
            )
            try ProfileFile.ofUser.update { $0[name] = profile }
            let end = "Kept as profile \(name)."
            let sentence = "Logged in at \(destination.url) as \(own.label). \(end)"
            try Console.standard.write(SafeText.escaped(sentence) + "\n")
            for advice in advice(own, shown, .profile(name)) {
                try Console.standard.write(advice + "\n")
            }
        }
    }

    /// What whoever has come in should know.
    private func advice(
        _ own: OwnAccountRecord,
        _ shown: Shown,
        _ proof: Destination.Proof
    ) -> [String] {
        var advice: [String] = []
        if own.mustChangePassword { advice.append(AnswerFailure.choosingAnother(proof)) }
        let factors = own.account.user.twoFactor
        if factors.isRequired, !factors.isSetUp { advice.append(AnswerFailure.settingUp(proof)) }
        if let left = shown.recoveryCodesLeft {
            advice.append(
                "Recovery codes left: \(left)."
                    + (left <= 2
                        ? " Make new ones: muster factors recovery-codes\(proof.option)" : "")
            )
        }
        return advice
    }

    /// Credentials, and where they come from.
    private struct Shown {
        let credentials: Credentials
        let origin: Destination.Proof
        /// How many recovery codes are left, where one was used.
        var recoveryCodesLeft: Int64?
    }

    private func keys(_ destination: Destination) async throws -> Shown {
        let variables = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        if let known = try Destination.credentials(in: variables),
            case .apiKeys = known.credentials
        {
            return Shown(credentials: known.credentials, origin: .environment(known.names))
        }
        try await look(at: destination)
        let access = try SecretInput.existing(.accessKey, fromStandardInput: false)
        let secret = try SecretInput.existing(.secretKey, fromStandardInput: false)
        let keys = Credentials.apiKeys(
            accessKey: access.withExposedValue { $0 },
            secretKey: secret
        )
        return Shown(credentials: keys, origin: .typed)
    }

    /// Looks whether there is a server, before anything is asked: nobody types a password for nothing.
    private func look(at destination: Destination) async throws {
        try await destination.withServer(as: nil) { server in
            _ = try await server.status()
        }
    }

    private func session(_ destination: Destination) async throws -> Shown {
        try await look(at: destination)
        let username = try self.username ?? askName()
        guard !username.isEmpty else {
            throw CommandError(.usage, "The user name is empty. Say as whom to log in.")
        }
        let password = try SecretInput.existing(.password, fromStandardInput: passwordStdin)
        let code = passwordStdin ? try StandardInput.line("code") : nil
        let begun = try await destination.withServer(as: nil) { server in
            try await SessionLogin(server: server, username: username, password: password)
                .begin(code: code, sending: send, canAsk: !passwordStdin)
        }
        return Shown(
            credentials: .session(token: Secret(begun.token)),
            origin: destination.proof,
            recoveryCodesLeft: begun.recoveryCodesLeft
        )
    }

    private func askName() throws(CommandError) -> String {
        guard TerminalPrompt.isPossible else {
            throw CommandError(.usage, "Say as whom: muster login USERNAME --password-stdin")
        }
        return try TerminalPrompt.line("User name: ")
    }
}

extension SecretInput.Kind {
    private static let variables = "MUSTER_ACCESS_KEY and MUSTER_SECRET_KEY"

    fileprivate static let accessKey = Self(
        noun: "access key",
        question: "Access key: ",
        ways: variables
    )
    fileprivate static let secretKey = Self(
        noun: "secret key",
        question: "Secret key: ",
        ways: variables
    )
}
