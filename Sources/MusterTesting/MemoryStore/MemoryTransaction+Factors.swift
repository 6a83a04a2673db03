import MusterCore

extension MemoryTransaction {
    func factors(of user: UserID) throws(MusterError) -> [Factor] {
        state.factors.values.filter { $0.user == user }.sorted { $0.id.rawValue < $1.id.rawValue }
    }

    func passkey(_ credentialID: [UInt8]) throws(MusterError) -> Factor? {
        state.factors.values.first { factor in
            guard case .passkey(let passkey) = factor.proof else { return false }
            return passkey.credentialID == credentialID
        }
    }

    func hasFactor(_ user: UserID) throws(MusterError) -> Bool {
        state.factors.values.contains { $0.user == user && $0.isConfirmed }
    }

    func factorCounts(of user: UserID) throws(MusterError) -> FactorCounts {
        let kinds = try factors(of: user).filter(\.isConfirmed).map(\.kind)
        return FactorCounts(
            apps: kinds.count { $0 == .timeCode },
            passkeys: kinds.count { $0 == .passkey },
            recoveryCodes: try recoveryCodeCount(of: user)
        )
    }

    func insertFactor(
        _ proof: Factor.Proof,
        of user: UserID,
        label: String,
        at now: Timestamp
    ) throws(MusterError) -> Factor {
        try requireUser(user)
        if case .passkey(let passkey) = proof, try self.passkey(passkey.credentialID) != nil {
            throw MusterError.passkeyIsKnown
        }
        state.lastFactor += 1
        let id = FactorID(rawValue: state.lastFactor)
        let factor = Factor(id: id, user: user, label: label, createdAt: now, proof: proof)
        state.factors[id] = factor
        growRevision()
        return factor
    }

    func updateFactor(_ factor: Factor) throws(MusterError) {
        guard let known = state.factors[factor.id] else { return }
        state.factors[factor.id] = factor
        if known.isConfirmed != factor.isConfirmed { growRevision() }
    }

    func deleteFactor(_ id: FactorID) throws(MusterError) {
        if state.factors.removeValue(forKey: id) != nil { growRevision() }
    }

    func userHandle(of user: UserID) throws(MusterError) -> [UInt8]? { state.userHandles[user] }

    func insertUserHandle(_ handle: [UInt8], of user: UserID) throws(MusterError) {
        try requireUser(user)
        state.userHandles[user] = handle
    }

    func recoveryCodeCount(of user: UserID) throws(MusterError) -> Int {
        state.recoveryCodes.values.count { $0 == user }
    }

    func replaceRecoveryCodes(of user: UserID, with digests: [Digest]) throws(MusterError) {
        try requireUser(user)
        state.recoveryCodes = state.recoveryCodes.filter { $0.value != user }
        for digest in digests { state.recoveryCodes[digest.bytes] = user }
        growRevision()
    }

    func spendRecoveryCode(_ digest: Digest, of user: UserID) throws(MusterError) -> Bool {
        guard state.recoveryCodes[digest.bytes] == user else { return false }
        state.recoveryCodes[digest.bytes] = nil
        growRevision()
        return true
    }

    func failureCount(of factor: CountedFactor, of user: UserID) throws(MusterError) -> Int {
        state.factorFailures[user]?[factor] ?? 0
    }

    func setFailureCount(
        _ count: Int,
        of factor: CountedFactor,
        of user: UserID
    ) throws(MusterError) {
        try requireUser(user)
        state.factorFailures[user, default: [:]][factor] = count > 0 ? count : nil
    }

    func ceremony(_ digest: Digest) throws(MusterError) -> Ceremony? {
        state.ceremonies[digest.bytes]
    }

    func ceremonies(of user: UserID) throws(MusterError) -> [Ceremony] {
        state.ceremonies.values.filter { $0.user == user && $0.purpose != .spent }
            .sorted { $0.issuedAt < $1.issuedAt }
    }

    func insertCeremony(_ ceremony: Ceremony) throws(MusterError) {
        try requireUser(ceremony.user)
        state.ceremonies[ceremony.digest.bytes] = ceremony
        let newest = try ceremonies(of: ceremony.user).reversed()
        for old in newest.dropFirst(Ceremony.perUser) { state.ceremonies[old.digest.bytes] = nil }
    }

    func updateCeremony(_ ceremony: Ceremony) throws(MusterError) {
        state.ceremonies[ceremony.digest.bytes]?.triesLeft = ceremony.triesLeft
    }

    func deleteCeremony(_ digest: Digest) throws(MusterError) {
        state.ceremonies[digest.bytes] = nil
    }

    func forgetCeremonies(outside span: ClosedRange<Timestamp>) throws(MusterError) {
        state.ceremonies = state.ceremonies.filter { span.contains($0.value.issuedAt) }
    }

    /// Forgets all that belongs to a user's factors.
    func deleteFactors(of user: UserID) {
        state.factors = state.factors.filter { $0.value.user != user }
        state.userHandles[user] = nil
        state.recoveryCodes = state.recoveryCodes.filter { $0.value != user }
        state.factorFailures[user] = nil
        state.ceremonies = state.ceremonies.filter { $0.value.user != user }
    }
}
