/// The verification code at a password login.
struct LoginCode {
    /// A code this young is not sent again, so that asking anew gives nobody more tries.
    static let resendAfter = Duration.seconds(30)

    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// Sends a code by the way that the user has set up: the phone first.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` or `store.unavailable`.
    func send(to user: User) async throws(MusterError) {
        let waiting = try directory.store.read { reader throws(MusterError) in
            try reader.verificationCode(of: user.id)
        }
        let now = directory.clock.now()
        if let waiting, waiting.purpose == .login, waiting.isOpen(at: now),
            now.since(waiting.issuedAt) < LoginCode.resendAfter
        {
            return
        }
        let phone = user.secondFactor.isSMSEnabled ? user.secondFactor.phone : nil
        try await directory.issueCode(
            to: user,
            purpose: .login,
            channel: phone == nil ? .email : .sms,
            recipient: phone?.text ?? user.displayEmail
        )
    }

    /// Checks a code.
    ///
    /// A wrong one counts as a failed login.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid` or `store.unavailable`.
    func check(
        _ code: Secret<String>,
        of user: User,
        from origin: Origin
    ) async throws(MusterError) {
        let directory = directory
        let isRight = try await directory.store.write { transaction throws(MusterError) in
            let isRight = try transaction.spendCode(code, of: user.id, purpose: .login, directory)
            let user = try transaction.existing(.id(user.id))
            if !isRight {
                try transaction.updateLogins(
                    of: user.id,
                    to: directory.rules.lockout.afterFailure(user.logins, at: directory.clock.now())
                )
            }
            try transaction.appendAuditEvent(
                directory.event(
                    .authenticateCode,
                    isFailure: !isRight,
                    actor: isRight ? AuditParty(user) : nil,
                    origin: origin,
                    on: AuditParty(user)
                )
            )
            return isRight
        }
        guard isRight else { throw .invalidCredentials }
    }
}

extension Directory {
    /// Makes a code, keeps its digest as the one outstanding code of the user, and sends it.
    ///
    /// A code that cannot be sent is forgotten at once, so that it holds up no other.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` or `store.unavailable`.
    func issueCode(
        to user: User,
        purpose: VerificationCode.Purpose,
        channel: CodeMessage.Channel,
        recipient: String,
        recording event: AuditEvent? = nil
    ) async throws(MusterError) {
        let code = VerificationCode.randomText(from: random)
        let kept = VerificationCode(
            digest: keyedDigest(of: code, for: user.id),
            purpose: purpose,
            issuedAt: clock.now(),
            triesLeft: VerificationCode.tries
        )
        try await store.write { transaction throws(MusterError) in
            try transaction.replaceVerificationCode(of: user.id, with: kept)
            if let event { try transaction.appendAuditEvent(event) }
        }
        let message = CodeMessage(
            channel: channel,
            recipient: recipient,
            username: user.username,
            code: Secret(code)
        )
        do {
            try await codeSender.send(message)
        } catch {
            try await store.write { transaction throws(MusterError) in
                let waiting = try transaction.verificationCode(of: user.id)
                guard waiting?.digest.matches(kept.digest) == true else { return }
                try transaction.deleteVerificationCode(of: user.id)
            }
            throw error
        }
    }

    /// The digest of a code, bound to its user so that equal codes have different digests.
    fileprivate func keyedDigest(of code: String, for user: UserID) -> Digest {
        digester.keyedDigest("\(user.rawValue):\(code)".utf8)
    }
}

extension DirectoryTransaction {
    /// Uses up one try, and the code when it is right; answers whether it was.
    func spendCode(
        _ code: Secret<String>,
        of user: UserID,
        purpose: VerificationCode.Purpose?,
        _ directory: Directory
    ) throws(MusterError) -> Bool {
        guard var waiting = try verificationCode(of: user),
            waiting.isOpen(at: directory.clock.now())
        else { return false }
        if let purpose, waiting.purpose != purpose { return false }
        let digest = code.withExposedValue { directory.keyedDigest(of: $0, for: user) }
        if waiting.digest.matches(digest) {
            try deleteVerificationCode(of: user)
            return true
        }
        waiting.triesLeft -= 1
        try replaceVerificationCode(of: user, with: waiting)
        return false
    }
}
