import TextBytes

/// The verification code at a password login.
struct LoginCode {
    /// A code this young is not sent again, so that asking again gives nobody more tries.
    static let resendAfter = Duration.seconds(30)

    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// Sends a code by a way that the user has set up: the phone first, unless another one is asked for.
    ///
    /// - Throws: ``MusterError`` with code `request.rate_limited`, `server.overloaded` or `store.unavailable`.
    func send(
        to user: User,
        at place: SignInPlace,
        by wanted: CodeMessage.Channel? = nil
    ) async throws(MusterError) {
        let (waiting, isFamiliar) = try await directory.store.read(.bounded) {
            reader throws(MusterError) in
            (
                try reader.verificationCode(of: user.id),
                try reader.standing(of: place.source, about: user.id).isFamiliar
            )
        }
        let now = directory.clock.now()
        if let waiting, waiting.purpose == .login, waiting.isOpen(at: now),
            now.since(waiting.issuedAt) < LoginCode.resendAfter
        {
            return
        }
        let isSMSWanted = user.secondFactor.isSMSEnabled && wanted != .email
        let phone = isSMSWanted ? user.secondFactor.phone : nil
        let order = CodeOrder(
            user: user,
            purpose: .login,
            channel: phone == nil ? .email : .sms,
            recipient: phone?.text ?? user.displayEmail,
            isFamiliar: isFamiliar
        )
        let party = AuditParty(user)
        let refused = directory.event(
            .codeRefused,
            isFailure: true,
            actor: party,
            origin: place.origin,
            on: party
        )
        let directory = directory
        try await directory.issueCode(order) { kept, transaction throws(MusterError) in
            try transaction.order(order, kept, directory, refusing: refused)
        }
    }
}

extension DirectoryTransaction {
    /// Records that a right password did not open anything in the end.
    func recordLateRefusal(
        _ reason: String,
        _ attempt: PasswordAttempt,
        _ verified: VerifiedPassword,
        _ directory: Directory
    ) throws(MusterError) {
        let event = directory.event(
            .authenticatePassword,
            isFailure: true,
            actor: attempt.asker.map { AuditParty($0.actor) },
            origin: attempt.origin,
            on: AuditParty(verified.user),
            fields: [AuditField("reason", reason)] + attempt.fields
        )
        try recordRefusal(event, from: attempt.source, directory)
    }

    /// Keeps a code as the one outstanding code of its user, if the budget has room for it.
    ///
    /// - Returns: How long to wait where it has not; the refusal is recorded then, and nothing else happens.
    func order(
        _ order: CodeOrder,
        _ code: VerificationCode,
        _ directory: Directory,
        refusing event: AuditEvent
    ) throws(MusterError) -> Duration? {
        let sent = order.sent(code, directory)
        let wait = try wait(
            for: sent,
            isProven: order.isProven,
            isFamiliar: order.isFamiliar,
            directory.rules.codes
        )
        if let wait {
            try recordRefusal(event, from: order.refusalSource, directory)
            return wait
        }
        try noteSentCode(sent)
        try replaceVerificationCode(of: order.user.id, with: code)
        return nil
    }
}

/// A code to be made and sent.
struct CodeOrder: Sendable {
    let user: User
    let purpose: VerificationCode.Purpose
    let channel: CodeMessage.Channel
    let recipient: String
    /// Whether it is for a login from where the user has signed in before.
    var isFamiliar = false

    /// How many answers to it are read.
    var tries: Int {
        purpose == .login
            ? VerificationCode.tries + VerificationCode.familiarTries : VerificationCode.tries
    }

    /// Whether the recipient is known to be the user's.
    var isProven: Bool {
        let factor = user.secondFactor
        return channel == .sms && factor.isPhoneVerified
            && factor.phone?.text.hasSameBytes(as: recipient) == true
    }

    /// What is noted of it.
    func sent(_ code: VerificationCode, _ directory: Directory) -> SentCode {
        SentCode(
            at: code.issuedAt,
            user: user.id,
            channel: channel,
            recipient: directory.digester.keyedDigest(recipient.utf8).bytes
        )
    }

    /// Where refusals of such orders are counted.
    var refusalSource: LoginSource { LoginSource(codesOf: user.id) }
}

extension Directory {
    /// Makes a code, keeps its digest as the one outstanding code of the user, and sends it.
    ///
    /// A code that cannot be sent is forgotten at once, so that it holds up no other.
    ///
    /// - Throws: ``MusterError`` with code `request.rate_limited`, `server.overloaded` or `store.unavailable`,
    ///   or what `keep` throws.
    func issueCode(
        _ order: CodeOrder,
        _ keep:
            @escaping @Sendable (VerificationCode, any DirectoryTransaction) throws(MusterError) ->
            Duration?
    ) async throws(MusterError) {
        let code = VerificationCode.randomText(from: random)
        let kept = VerificationCode(
            digest: keyedDigest(of: code, for: order.user.id),
            purpose: order.purpose,
            issuedAt: clock.now(),
            triesLeft: order.tries
        )
        let wait = try await store.write { transaction throws(MusterError) in
            try keep(kept, transaction)
        }
        if let wait {
            throw MusterError(
                .rateLimited,
                "Too many codes were sent. Wait as long as Retry-After says.",
                details: ["retry_after_seconds": "\(wait.wholeSecondsUp)"]
            )
        }
        let message = CodeMessage(
            channel: order.channel,
            recipient: order.recipient,
            username: order.user.username,
            code: Secret(code),
            party: AuditParty(order.user),
            issuedAt: kept.issuedAt
        )
        do {
            try await codeSender.send(message)
        } catch {
            let sent = order.sent(kept, self)
            try await store.write { transaction throws(MusterError) in
                try transaction.forgetSentCode(sent)
                let waiting = try transaction.verificationCode(of: order.user.id)
                guard waiting?.digest.matches(kept.digest) == true else { return }
                try transaction.deleteVerificationCode(of: order.user.id)
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
    ///
    /// The last `reserve` tries are left to others.
    func spendCode(
        _ code: Secret<String>,
        of user: UserID,
        purpose: VerificationCode.Purpose?,
        leaving reserve: Int = 0,
        _ directory: Directory
    ) throws(MusterError) -> Bool {
        guard var waiting = try verificationCode(of: user),
            waiting.isOpen(at: directory.clock.now()), waiting.triesLeft > reserve
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
