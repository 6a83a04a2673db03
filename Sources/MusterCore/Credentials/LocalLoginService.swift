/// Answers the machine's own login programs, which ask by way of PAM.
///
/// Nothing comes of an answer but a line in the audit log, when the user came in, and that the network is known: no
/// session, no token.
public struct LocalLoginService: Sendable {
    let access: DirectoryAccess
    private let passwords: PasswordChecks
    let cryptography: any FactorCryptography
    let signIns: SignInTally

    init(
        _ access: DirectoryAccess,
        passwords: PasswordChecks,
        cryptography: any FactorCryptography,
        signIns: SignInTally
    ) {
        self.access = access
        self.passwords = passwords
        self.cryptography = cryptography
        self.signIns = signIns
    }

    /// Checks a name and a password for somebody at `address`.
    ///
    /// Every refusal is the same answer after the same work; the audit log knows the reason. The lock of the
    /// password holds here, too. There is no limit for all questions together, because every stranger
    /// who tries passwords at sshd would use it up for everybody.
    ///
    /// - Parameters:
    ///   - request: The name and the password.
    ///   - address: Where the person sits, as PAM says it. Where it says nothing, or nothing that is an
    ///     address, only users without hosts are let in.
    ///   - requestID: The number of the question, 32 hexadecimal digits.
    /// - Returns: Whether the person may come in.
    /// - Throws: ``MusterError`` with code `server.overloaded` or `store.unavailable`.
    public func opens(
        _ request: LoginRequest,
        from address: String?,
        requestID: String
    ) async throws(MusterError) -> Bool {
        do throws(MusterError) {
            let opens = try await judge(request, from: address, requestID: requestID)
            signIns.note(.machinePassword, opens ? .accepted : .refused)
            return opens
        } catch {
            signIns.note(.machinePassword, error)
            throw error
        }
    }

    func judge(
        _ request: LoginRequest,
        from address: String?,
        requestID: String
    ) async throws(MusterError) -> Bool {
        let client = address.flatMap { IPAddress(reported: $0) }
        let origin = RequestSource(address: client, requestID: requestID)
        let network = SourceNetwork(of: client, access.rules.networks)
        let source = LocalLoginService.source(of: address, client, network, access)
        if let reason = LocalLoginService.flaw(in: request.password) {
            _ = try await passwords.hasher.check(
                request.password,
                against: nil,
                in: .local(network)
            )
            try await note(reason, request.username, from: origin, source)
            return false
        }
        let began = access.clock.elapsed
        let given = try await PasswordAndCode(request.password, of: request.username, access)
        let attempt = PasswordAttempt(
            account: .name(request.username),
            password: given.password,
            origin: origin,
            source: source,
            purpose: .signIn(.machinePassword),
            lane: .local(network),
            began: began
        )
        do {
            return try await PasswordVerifier(access, passwords).verify(attempt) {
                verified throws(MusterError) in
                try await confirm(verified, given, attempt)
            }
        } catch {
            guard error.code == .credentialsInvalid else { throw error }
            return false
        }
    }

    /// Where failures count of whoever sits at `address`: a network, a host by the name that PAM gives it, or the machine
    /// itself.
    static func source(
        of address: String?,
        _ client: IPAddress?,
        _ network: SourceNetwork,
        _ access: DirectoryAccess
    ) -> LoginSource {
        guard client == nil, let address, !address.utf8.isEmpty else { return LoginSource(network) }
        return LoginSource(host: address, access.digester)
    }

    /// The longest beginning of a password that pam_exec hands on, in bytes: its buffer has 512, the last one a NUL
    /// that it does not send (Linux-PAM, modules/pam_exec/pam_exec.c).
    public static let cutBytes = 511

    /// Why a question needs no look at the user's password; nil if it does.
    ///
    /// Of a longer password PAM hands on the first 511 bytes, which is no guess either.
    ///
    /// For names that the machine does not know, sshd sends a text that begins with a backspace instead of
    /// what was typed. No password has control characters, so that text is no guess, and must not lock
    /// out a user who has no account on this machine.
    private static func flaw(in password: Secret<String>) -> String? {
        guard password.withExposedValue({ $0.utf8.count }) != cutBytes else { return "may be cut" }
        let isPassword = password.withExposedValue { text in
            text.utf8.count <= PasswordPolicy.maximumBytes
                && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        return isPassword ? nil : "not a password"
    }
}
