import TextBytes

/// The verification code at a password login.
struct LoginCode {
    /// A code this young is not sent again, so that asking again gives nobody more tries.
    static let resendAfter = Duration.seconds(30)

    private let access: DirectoryAccess
    private let sender: any CodeSender

    init(_ access: DirectoryAccess, sender: any CodeSender) {
        self.access = access
        self.sender = sender
    }

    /// Sends a code by the ways that the user has set up, the same one by each, or by the one that is asked for.
    ///
    /// - Throws: ``MusterError`` with code `code.undeliverable`, `request.rate_limited`, `server.overloaded` or
    ///   `store.unavailable`.
    func send(
        to user: User,
        at place: SignInPlace,
        by wanted: CodeMessage.Channel? = nil
    ) async throws(MusterError) {
        let (waiting, isFamiliar) = try await access.store.read(.bounded) {
            reader throws(MusterError) in
            (
                try reader.verificationCode(of: user.id),
                try reader.standing(of: place.source, about: user.id).isFamiliar
            )
        }
        guard waiting?.isFresh(at: access.clock.now()) != true else { return }
        let routes = LoginCode.routes(to: user, by: wanted, access.rules.delivery)
        guard !routes.isEmpty else { throw .undeliverableCode }
        let order = CodeOrder(
            user: user,
            purpose: .login,
            routes: routes,
            isFamiliar: isFamiliar
        )
        let party = AuditParty(user)
        let refused = access.event(
            .codeRefused,
            isFailure: true,
            actor: party,
            origin: place.origin,
            on: party
        )
        let access = access
        try await access.issueCode(order, by: sender) { kept, transaction throws(MusterError) in
            // A login at the same time may have had one sent since it was looked.
            let waiting = try transaction.verificationCode(of: user.id)
            guard waiting?.isFresh(at: kept.issuedAt) != true else { return .isOnItsWay }
            return try transaction.order(order, kept, access, refusing: refused)
        }
    }

    private static func routes(
        to user: User,
        by wanted: CodeMessage.Channel?,
        _ rules: DeliveryRules
    ) -> [CodeOrder.Route] {
        var routes: [CodeOrder.Route] = []
        if rules.sends(by: .sms, to: user), let phone = user.secondFactor.phone {
            routes.append(CodeOrder.Route(channel: .sms, recipient: phone.text))
        }
        if rules.sends(by: .email, to: user) {
            routes.append(CodeOrder.Route(channel: .email, recipient: user.displayEmail))
        }
        let chosen = routes.filter { wanted == nil || $0.channel == wanted }
        return chosen.isEmpty ? routes : chosen
    }
}

extension DeliveryRules {
    /// Whether codes of a user go by a way: it is switched on for the user, and the server has it.
    func sends(by channel: CodeMessage.Channel, to user: User) -> Bool {
        switch channel {
        case .sms: isSMSOn && user.secondFactor.isSMSEnabled
        case .email: isEmailOn && user.secondFactor.isEmailEnabled
        }
    }
}

extension VerificationCode {
    /// Whether it is a login's, and so young that it is not sent again.
    fileprivate func isFresh(at now: Timestamp) -> Bool {
        purpose == .login && isOpen(at: now) && now.since(issuedAt) < LoginCode.resendAfter
    }
}

extension MusterError {
    /// What is said to whoever needs a code that the server can send by no way.
    static let undeliverableCode = MusterError(
        .codeUndeliverable,
        "You need a verification code, and this server does not send any by your ways. "
            + "Whoever runs it can mend that, or reset your second factors."
    )
}

extension DirectoryTransaction {
    /// Records that a right password did not open anything in the end.
    func recordLateRefusal(
        _ reason: String,
        _ attempt: PasswordAttempt,
        _ verified: VerifiedPassword,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let event = access.event(
            .authenticatePassword,
            isFailure: true,
            actor: attempt.asker.map { AuditParty($0.actor) },
            origin: attempt.origin,
            on: AuditParty(verified.user),
            fields: [AuditField("reason", reason)] + attempt.fields
        )
        try recordRefusal(event, from: attempt.source, access)
    }

    /// Keeps a code as the one outstanding code of its user, if the budget has room for it in one of its ways at least.
    ///
    /// - Returns: In which ways it goes, or how long to wait where the budget has room in none; the refusal is recorded
    ///   then, and nothing else happens.
    func order(
        _ order: CodeOrder,
        _ code: VerificationCode,
        _ access: DirectoryAccess,
        refusing event: AuditEvent
    ) throws(MusterError) -> CodeOrder.Grant {
        var routes: [CodeOrder.Route] = []
        var shortest: Duration?
        for route in order.routes {
            let wait = try wait(
                for: order.sent(code, by: route, access),
                isProven: order.isProven(route),
                isFamiliar: order.isFamiliar,
                access.rules.codes
            )
            guard let wait else {
                routes.append(route)
                continue
            }
            shortest = min(shortest ?? wait, wait)
        }
        guard !routes.isEmpty else {
            try recordRefusal(event, from: order.refusalSource, access)
            return .wait(shortest ?? LoginCode.resendAfter)
        }
        for route in routes { try noteSentCode(order.sent(code, by: route, access)) }
        try replaceVerificationCode(of: order.user.id, with: code)
        return .send(routes)
    }
}

/// A code to be made and sent.
struct CodeOrder: Sendable {
    /// A way that a code goes.
    struct Route: Sendable {
        let channel: CodeMessage.Channel
        let recipient: String
    }

    /// What the budget has room for.
    enum Grant: Sendable {
        /// The code goes by these ways.
        case send([Route])
        /// It goes by none before so long.
        case wait(Duration)
        /// Another one is on its way already.
        case isOnItsWay
    }

    let user: User
    let purpose: VerificationCode.Purpose
    /// Where it goes, the same code by each way.
    let routes: [Route]
    /// Whether it is for a login from where the user has signed in before.
    var isFamiliar = false

    /// How many answers to it are read.
    var tries: Int {
        purpose == .login
            ? VerificationCode.tries + VerificationCode.familiarTries : VerificationCode.tries
    }

    /// Whether the recipient is known to be the user's.
    func isProven(_ route: Route) -> Bool {
        let factor = user.secondFactor
        return route.channel == .sms && factor.isPhoneVerified
            && factor.phone?.text.hasSameBytes(as: route.recipient) == true
    }

    /// What is noted of it.
    func sent(
        _ code: VerificationCode,
        by route: Route,
        _ access: DirectoryAccess
    ) -> SentCode {
        SentCode(
            at: code.issuedAt,
            user: user.id,
            channel: route.channel,
            recipient: access.digester.keyedDigest(route.recipient.utf8).bytes
        )
    }

    /// The message that takes the code there.
    func message(
        _ code: Secret<String>,
        by route: Route,
        at issuedAt: Timestamp
    ) -> CodeMessage {
        CodeMessage(
            channel: route.channel,
            recipient: route.recipient,
            username: user.username,
            code: code,
            party: AuditParty(user),
            issuedAt: issuedAt
        )
    }

    /// Where refusals of such orders are counted.
    var refusalSource: LoginSource { LoginSource(codesOf: user.id) }
}

extension DirectoryAccess {
    /// Makes a code, keeps its digest as the one outstanding code of the user, and sends it.
    ///
    /// It is enough where it can be sent by one of its ways. A code that cannot be sent is forgotten at once, so that it
    /// holds up no other.
    ///
    /// - Throws: ``MusterError`` with code `request.rate_limited`, `server.overloaded` or `store.unavailable`,
    ///   or what `keep` throws.
    func issueCode(
        _ order: CodeOrder,
        by sender: any CodeSender,
        _ keep:
            @escaping @Sendable (VerificationCode, any DirectoryTransaction) throws(MusterError) ->
            CodeOrder.Grant
    ) async throws(MusterError) {
        let code = VerificationCode.randomText(from: random)
        let kept = VerificationCode(
            digest: keyedDigest(of: code, for: order.user.id),
            purpose: order.purpose,
            issuedAt: clock.now(),
            triesLeft: order.tries
        )
        let grant = try await store.write { transaction throws(MusterError) in
            try keep(kept, transaction)
        }
        let routes: [CodeOrder.Route]
        switch grant {
        case .send(let granted): routes = granted
        case .isOnItsWay: return
        case .wait(let wait):
            throw .rateLimited("Too many codes were sent.", retryAfter: wait)
        }
        var unsent: [SentCode] = []
        var failure: MusterError?
        for route in routes {
            do throws(MusterError) {
                try await sender.send(order.message(Secret(code), by: route, at: kept.issuedAt))
            } catch {
                failure = error
                unsent.append(order.sent(kept, by: route, self))
            }
        }
        guard let failure else { return }
        let (missed, isLost) = (unsent, unsent.count == routes.count)
        try await store.write { transaction throws(MusterError) in
            for sent in missed { try transaction.forgetSentCode(sent) }
            let waiting = try transaction.verificationCode(of: order.user.id)
            guard isLost, waiting?.digest.matches(kept.digest) == true else { return }
            try transaction.deleteVerificationCode(of: order.user.id)
        }
        if isLost { throw failure }
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
        _ access: DirectoryAccess
    ) throws(MusterError) -> Bool {
        guard var waiting = try verificationCode(of: user),
            waiting.isOpen(at: access.clock.now()), waiting.triesLeft > reserve
        else { return false }
        if let purpose, waiting.purpose != purpose { return false }
        let digest = code.withExposedValue { access.keyedDigest(of: $0, for: user) }
        if waiting.digest.matches(digest) {
            try deleteVerificationCode(of: user)
            return true
        }
        waiting.triesLeft -= 1
        try replaceVerificationCode(of: user, with: waiting)
        return false
    }
}
