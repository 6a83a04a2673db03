/// Answers the machine's own login programs, which ask by way of PAM.
///
/// Nothing comes of an answer but a line in the audit log, when the user came in, and that the network is known: no
/// session, no token.
public struct LocalLoginService: Sendable {
    private let access: DirectoryAccess
    private let passwords: PasswordChecks
    private let cryptography: any FactorCryptography
    private let signIns: SignInTally

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

    private func judge(
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
        let given = try await PasswordAndCode(request.password, of: request.username, access)
        let attempt = PasswordAttempt(
            account: .name(request.username),
            password: given.password,
            origin: origin,
            source: source,
            purpose: .signIn(.machinePassword),
            lane: .local(network)
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
    private static func source(
        of address: String?,
        _ client: IPAddress?,
        _ network: SourceNetwork,
        _ access: DirectoryAccess
    ) -> LoginSource {
        guard client == nil, let address, !address.utf8.isEmpty else { return LoginSource(network) }
        return LoginSource(host: address, access.digester)
    }

    /// Whether a user who has proved itself in another way, with a key, may come in from an address.
    public enum Admission: Sendable, Equatable {
        /// It may.
        case admitted
        /// It may not.
        case refused
        /// It might, had the account not expired.
        case expired
    }

    /// Whether a user who has proved itself in another way, with a key, may come in from `address`, which is
    /// read as in ``opens(_:from:requestID:)``.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func admission(
        of username: String,
        from address: String?
    ) async throws(MusterError) -> Admission {
        do throws(MusterError) {
            let admission = try await judge(username, from: address)
            signIns.note(.machineAccount, admission == .admitted ? .accepted : .refused)
            return admission
        } catch {
            signIns.note(.machineAccount, error)
            throw error
        }
    }

    private func judge(
        _ username: String,
        from address: String?
    ) async throws(MusterError) -> Admission {
        let client = address.flatMap { IPAddress(reported: $0) }
        let user = try await access.store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.username(username))
        }
        guard let user else { return .refused }
        switch user.refusal(by: .machineAccount, from: client, at: access.clock.now()) {
        case nil: return .admitted
        case .expired: return .expired
        default: return .refused
        }
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

    /// Whether a right password opens the machine at this moment.
    private func confirm(
        _ verified: VerifiedPassword,
        _ given: PasswordAndCode,
        _ attempt: PasswordAttempt
    ) async throws(MusterError) -> Bool {
        let (access, cryptography) = (access, cryptography)
        return try await access.store.write { transaction throws(MusterError) in
            let signIn: VerifiedPassword.SignIn
            switch try verified.judge(given, in: transaction, cryptography) {
            case .good(let present):
                signIn = present
            case .refused(let reason):
                try transaction.recordLateRefusal(reason, attempt, verified, access)
                return false
            }
            try verified.noteSignIn(signIn, in: transaction)
            let event = access.event(
                .authenticatePassword,
                actor: nil,
                origin: attempt.origin,
                on: AuditParty(verified.user)
            )
            try transaction.recordSignIn(
                [event],
                of: verified.user,
                from: attempt.source,
                access
            )
            return true
        }
    }

    /// Notes a refusal that did not come as far as a user's password.
    private func note(
        _ reason: String,
        _ username: String,
        from origin: RequestSource,
        _ source: LoginSource
    ) async throws(MusterError) {
        let access = access
        // Whose password cannot come in this way is what somebody will look for; junk is nobody's.
        let user: User? =
            reason == "may be cut"
            ? try await access.store.read(.bounded) { reader throws(MusterError) in
                try reader.user(.username(username))
            } : nil
        let event = access.event(
            .authenticatePassword,
            isFailure: true,
            actor: nil,
            origin: origin,
            on: user.map { AuditParty($0) },
            fields: [AuditField("reason", reason)]
        )
        try await access.store.write { transaction throws(MusterError) in
            try transaction.recordRefusal(event, from: source, access)
        }
    }
}
