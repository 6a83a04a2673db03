extension DirectoryTransaction {
    func judge(
        _ assertion: PasskeyAssertion,
        of user: User,
        _ challenge: [UInt8],
        isAlone: Bool,
        _ most: FailuresAllowed,
        _ access: DirectoryAccess,
        _ cryptography: any FactorCryptography
    ) throws(MusterError) -> FactorVerdict {
        guard let site = access.rules.site, var factor = try passkey(assertion.credentialID),
            factor.user == user.id, case .passkey(let passkey) = factor.proof,
            try isHandle(assertion.userHandle, of: user, isNeeded: isAlone)
        else { return .refused(PasskeyFault.credential.rawValue) }
        if let reason = most.refusal(after: factor.failureCount) { return .refused(reason) }
        let ceremony = PasskeyCeremony(
            site: site,
            digester: access.digester,
            cryptography: cryptography
        )
        let use: (passkey: Passkey, isVerified: Bool)
        do {
            use = try ceremony.used(
                passkey,
                assertion,
                challenge: challenge,
                needsVerification: isAlone
            )
        } catch {
            factor.failureCount += 1
            try updateFactor(factor)
            return .refused(error == .counter ? "passkey.counter" : error.rawValue)
        }
        factor.proof = .passkey(use.passkey)
        factor.failureCount = 0
        factor.lastUsedAt = access.clock.now()
        try updateFactor(factor)
        var methods: Set<AuthenticationMethod> =
            use.passkey.isBackupEligible ? [.softwareKey] : [.hardwareKey]
        if use.isVerified { methods.insert(.userVerified) }
        return .taken(TakenFactor(kind: .passkey, methods: methods))
    }

    /// Whether an authenticator's word on whose its key is fits a user; without a word only where it need not be said.
    private func isHandle(
        _ handle: [UInt8]?,
        of user: User,
        isNeeded: Bool
    ) throws(MusterError) -> Bool {
        guard let handle else { return !isNeeded }
        return try userHandle(of: user.id) == handle
    }
}
