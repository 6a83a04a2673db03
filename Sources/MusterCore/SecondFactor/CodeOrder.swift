import TextBytes

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
        return .send(order.going(by: routes))
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
        /// The code goes by the ways of this order, which may be fewer than were asked for.
        case send(CodeOrder)
        /// It goes by none before so long.
        case wait(Duration)
        /// Another one is on its way already.
        case isOnItsWay
    }

    let user: User
    let purpose: VerificationCode.Purpose
    /// Where it goes, the same code by each way.
    private(set) var routes: [Route]
    /// Whether it is for a login from where the user has signed in before.
    var isFamiliar = false

    /// How many answers to it are read.
    var tries: Int {
        purpose == .login
            ? VerificationCode.tries + VerificationCode.familiarTries : VerificationCode.tries
    }

    /// The same order with other ways.
    func going(by routes: [Route]) -> CodeOrder {
        var order = self
        order.routes = routes
        return order
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
