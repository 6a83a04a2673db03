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
    /// It goes to the address and the phone that the user has when the code is kept, whatever they were before.
    ///
    /// - Parameters:
    ///   - user: Who signs in.
    ///   - place: Where it does.
    ///   - wanted: The way that is asked for; nil for all, where a password was hashed just before.
    ///   - judge: Refuses a user, as it is when the code is kept, to whom none is to be sent any more.
    /// - Throws: ``MusterError`` with code `code.undeliverable`, `credentials.invalid` where the user is gone or shut out,
    ///   `request.rate_limited`, `server.overloaded` or `store.unavailable`, or what `judge` throws.
    func send(
        to user: User,
        at place: SignInPlace,
        by wanted: CodeMessage.Channel? = nil,
        _ judge:
            @escaping @Sendable (User, any DirectoryReader) throws(MusterError) -> Void = {
                _,
                _ throws(MusterError) in
            }
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
        if wanted != nil { try count(user.id, isFamiliar: isFamiliar) }
        let order = CodeOrder(
            user: user,
            purpose: .login,
            routes: routes,
            isFamiliar: isFamiliar
        )
        let access = access
        try await access.issueCode(order, by: sender) { kept, transaction throws(MusterError) in
            // A login at the same time may have had one sent since it was looked.
            let waiting = try transaction.verificationCode(of: user.id)
            guard waiting?.isFresh(at: kept.issuedAt) != true else { return .isOnItsWay }
            guard let present = try transaction.user(.id(user.id)) else {
                throw .invalidCredentials
            }
            try judge(present, transaction)
            guard present.refusal(by: .password, at: kept.issuedAt) == nil else {
                throw .invalidCredentials
            }
            let routes = LoginCode.routes(to: present, by: wanted, access.rules.delivery)
            guard !routes.isEmpty else { throw .undeliverableCode }
            let party = AuditParty(present)
            let refused = access.event(
                .codeRefused,
                isFailure: true,
                actor: place.asker ?? party,
                origin: place.origin,
                on: party,
                fields: place.fields
            )
            let order = CodeOrder(
                user: present,
                purpose: .login,
                routes: routes,
                isFamiliar: isFamiliar
            )
            return try transaction.order(order, kept, access, refusing: refused)
        }
    }

    /// Counts that a code is asked for, which is written down also where none is sent.
    private func count(_ user: UserID, isFamiliar: Bool) throws(MusterError) {
        let payer = ChangeBudget.Payer(
            user: user,
            credential: nil,
            kind: .code(isFamiliar: isFamiliar)
        )
        try access.takePlace(for: payer, orSay: "Codes were asked for too often.")
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
