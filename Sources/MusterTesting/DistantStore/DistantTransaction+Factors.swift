import MusterCore

extension DistantTransaction {
    func factors(of user: UserID) throws(MusterError) -> [Factor] {
        try trip { () throws(MusterError) in try inner.factors(of: user) }
    }

    func passkey(_ credentialID: [UInt8]) throws(MusterError) -> Factor? {
        try trip { () throws(MusterError) in try inner.passkey(credentialID) }
    }

    func hasFactor(_ user: UserID) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in try inner.hasFactor(user) }
    }

    func factorCounts(of user: UserID) throws(MusterError) -> FactorCounts {
        try trip { () throws(MusterError) in try inner.factorCounts(of: user) }
    }

    func userHandle(of user: UserID) throws(MusterError) -> [UInt8]? {
        try trip { () throws(MusterError) in try inner.userHandle(of: user) }
    }

    func recoveryCodeCount(of user: UserID) throws(MusterError) -> Int {
        try trip { () throws(MusterError) in try inner.recoveryCodeCount(of: user) }
    }

    func failureCount(of factor: CountedFactor, of user: UserID) throws(MusterError) -> Int {
        try trip { () throws(MusterError) in try inner.failureCount(of: factor, of: user) }
    }

    func shutOutOfPasswordOnlyLogins(
        exceptApps hasApps: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        try trip { () throws(MusterError) in
            try inner.shutOutOfPasswordOnlyLogins(exceptApps: hasApps, limit: limit)
        }
    }

    func beyondCodes(
        isEmailOn: Bool,
        isSMSOn: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        try trip { () throws(MusterError) in
            try inner.beyondCodes(isEmailOn: isEmailOn, isSMSOn: isSMSOn, limit: limit)
        }
    }

    func passkeySites() throws(MusterError) -> [PasskeySite] {
        try trip { () throws(MusterError) in try inner.passkeySites() }
    }

    func insertFactor(
        _ proof: Factor.Proof,
        of user: UserID,
        label: String,
        at now: Timestamp
    ) throws(MusterError) -> Factor {
        try trip { () throws(MusterError) in
            try inner.insertFactor(proof, of: user, label: label, at: now)
        }
    }

    func updateFactor(_ factor: Factor) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.updateFactor(factor) }
    }

    func deleteFactor(_ id: FactorID) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.deleteFactor(id) }
    }

    func insertUserHandle(_ handle: [UInt8], of user: UserID) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.insertUserHandle(handle, of: user) }
    }

    func replaceRecoveryCodes(of user: UserID, with digests: [Digest]) throws(MusterError) {
        try trip { () throws(MusterError) in
            try inner.replaceRecoveryCodes(of: user, with: digests)
        }
    }

    func spendRecoveryCode(_ digest: Digest, of user: UserID) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in try inner.spendRecoveryCode(digest, of: user) }
    }

    func setFailureCount(
        _ count: Int,
        of factor: CountedFactor,
        of user: UserID
    ) throws(MusterError) {
        try trip { () throws(MusterError) in
            try inner.setFailureCount(count, of: factor, of: user)
        }
    }
}

extension DistantTransaction {
    func ceremony(_ digest: Digest) throws(MusterError) -> Ceremony? {
        try trip { () throws(MusterError) in try inner.ceremony(digest) }
    }

    func ceremonies(of user: UserID) throws(MusterError) -> [Ceremony] {
        try trip { () throws(MusterError) in try inner.ceremonies(of: user) }
    }

    func insertCeremony(_ ceremony: Ceremony) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.insertCeremony(ceremony) }
    }

    func updateCeremony(_ ceremony: Ceremony) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.updateCeremony(ceremony) }
    }

    func deleteCeremony(_ digest: Digest) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.deleteCeremony(digest) }
    }

    func forgetCeremonies(outside span: ClosedRange<Timestamp>) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.forgetCeremonies(outside: span) }
    }
}
