extension DirectoryTransaction {
    /// Judges the code of an app, and counts a failure; all apps of the user are asked.
    func judgeTimeCode(
        _ code: Secret<String>,
        of user: User,
        from source: LoginSource,
        _ access: DirectoryAccess,
        _ cryptography: any FactorCryptography
    ) throws(MusterError) -> FactorVerdict {
        let most = try failuresAllowed(from: source, of: user)
        let (verdict, missed) = try match(code, of: user, most, access, cryptography)
        if case .refused = verdict { try countFailures(of: missed) }
        return verdict
    }

    func countFailures(of apps: [Factor]) throws(MusterError) {
        for var factor in apps {
            factor.failureCount += 1
            try updateFactor(factor)
        }
    }

    /// Looks for the app whose code it is, and keeps that it was used; tells which apps have failed if there is none.
    func match(
        _ code: Secret<String>,
        of user: User,
        _ most: FailuresAllowed,
        _ access: DirectoryAccess,
        _ cryptography: any FactorCryptography
    ) throws(MusterError) -> (verdict: FactorVerdict, missed: [Factor]) {
        let now = access.clock.now()
        var reason = "wrong code"
        var missed: [Factor] = []
        for var factor in try factors(of: user.id) where factor.isConfirmed {
            guard case .timeCode(var secret) = factor.proof else { continue }
            if let off = most.refusal(after: factor.failureCount) {
                reason = off
                continue
            }
            // Sealed under another master key: that is no failure of whoever types its code.
            guard let key = secret.key else {
                reason = "secret sealed with another master key"
                continue
            }
            let verdict = TimeCode.judge(
                code,
                key,
                at: now,
                after: secret.lastStep,
                cryptography
            )
            switch verdict {
            case .right(let step):
                secret.lastStep = step
                factor.proof = .timeCode(secret)
                factor.failureCount = 0
                factor.lastUsedAt = now
                try updateFactor(factor)
                return (.taken(TakenFactor(kind: .timeCode, methods: [.oneTimeCode])), [])
            case .replayed: reason = "code.replayed"
            case .offBy(let seconds): reason = "clock off by \(seconds) s"
            case .wrong: break
            }
            missed.append(factor)
        }
        return (.refused(reason), missed)
    }
}
