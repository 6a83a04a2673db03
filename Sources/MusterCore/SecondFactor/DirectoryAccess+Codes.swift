extension DirectoryAccess {
    /// Makes a code, keeps its digest as the one outstanding code of the user, and sends it.
    ///
    /// It goes where `keep` says, which has seen the user in the transaction that keeps it; nobody is to be sent a code at an
    /// address or a phone that was the user's a moment ago.
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
        let granted: CodeOrder
        switch grant {
        case .send(let order): granted = order
        case .isOnItsWay: return
        case .wait(let wait):
            throw .rateLimited("Too many codes were sent.", retryAfter: wait)
        }
        var unsent: [SentCode] = []
        var failure: MusterError?
        for route in granted.routes {
            do throws(MusterError) {
                try await sender.send(granted.message(Secret(code), by: route, at: kept.issuedAt))
            } catch {
                failure = error
                unsent.append(granted.sent(kept, by: route, self))
            }
        }
        guard let failure else { return }
        let (missed, isLost) = (unsent, unsent.count == granted.routes.count)
        try await store.write { transaction throws(MusterError) in
            for sent in missed { try transaction.forgetSentCode(sent) }
            let waiting = try transaction.verificationCode(of: order.user.id)
            guard isLost, waiting?.digest.matches(kept.digest) == true else { return }
            try transaction.deleteVerificationCode(of: order.user.id)
        }
        if isLost { throw failure }
    }

    /// The digest of a code, bound to its user so that equal codes have different digests.
    func keyedDigest(of code: String, for user: UserID) -> Digest {
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
