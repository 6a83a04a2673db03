extension Ceremony {
    /// Whether it may still be finished under a handle.
    func isOpenToHandles(at now: Timestamp) -> Bool {
        switch purpose {
        case .login, .confirmation: isOpen(at: now)
        case .registration, .spent: false
        }
    }
}

extension DirectoryReader {
    /// Why a user may not come in, or be confirmed, as it could when the ceremony began; nil if it may.
    func refusal(
        of user: User,
        to ceremony: Ceremony,
        at place: SignInPlace,
        _ access: DirectoryAccess
    ) throws(MusterError) -> Refusal? {
        let now = access.clock.now()
        let standing = try standing(of: place.source, about: user.id)
        var refusal = user.refusal(by: .password, from: place.origin.address, at: now)
        if access.rules.lockout.locks(user.logins, standing, at: now) { refusal = .locked }
        switch ceremony.purpose {
        case .login(let changedAt):
            if try password(of: user.id)?.changedAt != changedAt { refusal = .changedMeanwhile }
        case .confirmation(let digest):
            if try session(Digest(digest)) == nil { refusal = .changedMeanwhile }
        case .registration, .spent:
            refusal = .changedMeanwhile
        }
        return refusal
    }
}

extension DirectoryTransaction {
    /// Whether a user may still come in, or be confirmed; what was refused is recorded, and takes one of the ceremony's
    /// tries: a handle of somebody who may not come in is no means to have records written for nothing.
    func admits(
        _ user: User,
        to ceremony: Ceremony,
        at place: SignInPlace,
        _ access: DirectoryAccess
    ) throws(MusterError) -> Bool {
        let refusal = try refusal(of: user, to: ceremony, at: place, access)
        guard let refusal else { return true }
        try recordRefusal(refusal.rawValue, of: AuditParty(user), place, access)
        var tried = ceremony
        tried.triesLeft -= 1
        try updateCeremony(tried)
        return false
    }

    /// Records why a factor was not even looked at.
    func recordRefusal(
        _ reason: String,
        of party: AuditParty,
        _ place: SignInPlace,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let event = access.event(
            .authenticateCode,
            isFailure: true,
            actor: place.asker,
            origin: place.origin,
            on: party,
            fields: [AuditField("reason", reason)] + place.fields
        )
        try recordRefusal(event, from: place.source, access)
    }

    /// Keeps that the owner of a session has proved itself again.
    func confirm(
        _ digest: Digest,
        by taken: TakenFactor,
        at now: Timestamp
    ) throws(MusterError) {
        guard let session = try session(digest) else { return }
        let methods = session.methods.union(taken.methods)
        try noteConfirmation(of: digest, by: methods, at: now)
    }
}
