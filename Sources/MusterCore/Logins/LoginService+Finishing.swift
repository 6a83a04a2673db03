extension LoginService {
    func finish(
        _ digest: Digest,
        _ answer: FactorAnswer,
        _ place: SignInPlace
    ) async throws(MusterError) -> Step {
        let (access, cryptography) = (access, cryptography)
        let token = SessionToken(kind, access)
        return try await access.store.write { transaction throws(MusterError) in
            let now = access.clock.now()
            guard var ceremony = try transaction.ceremony(digest),
                ceremony.isOpenToHandles(at: now),
                let user = try transaction.user(.id(ceremony.user))
            else { return .expired }
            guard try transaction.admits(user, to: ceremony, at: place, access) else {
                return .refused
            }
            let taken = try transaction.takeFactor(
                answer,
                of: user,
                challenge: ceremony.challenge,
                at: place,
                access,
                cryptography
            )
            guard let taken else {
                ceremony.triesLeft -= 1
                try transaction.updateCeremony(ceremony)
                return .refused
            }
            try transaction.deleteCeremony(digest)
            if case .confirmation(let session) = ceremony.purpose {
                try transaction.confirm(Digest(session), by: taken, at: now)
                return .confirmed(user, taken)
            }
            try transaction.noteSignIn(
                of: user,
                from: place.source,
                isFamiliar: try transaction.loginSource(place.source, of: user.id).isFamiliar,
                clearsFailures: true,
                at: now
            )
            let session = try transaction.beginSession(
                token,
                of: user,
                after: taken,
                at: place,
                access
            )
            return .begun(session, taken)
        }
    }

    func finishAlone(
        _ challenge: PasskeyHandle.Challenge,
        _ assertion: PasskeyAssertion,
        _ place: SignInPlace
    ) async throws(MusterError) -> Step {
        let (access, cryptography) = (access, cryptography)
        let token = SessionToken(kind, access)
        let digest = access.digester.digest(challenge.bytes)
        return try await access.store.write { transaction throws(MusterError) in
            let now = access.clock.now()
            guard challenge.isOpen(at: now), try transaction.ceremony(digest) == nil else {
                return .expired
            }
            guard let factor = try transaction.passkey(assertion.credentialID),
                let user = try transaction.user(.id(factor.user))
            else {
                try transaction.recordRefusal(
                    PasskeyFault.credential.rawValue,
                    of: AuditParty(uuid: nil, name: "unknown user"),
                    place,
                    access
                )
                return .refused
            }
            if let refusal = user.refusal(by: .password, from: place.origin.address, at: now) {
                try transaction.recordRefusal(
                    refusal.rawValue,
                    of: AuditParty(user),
                    place,
                    access
                )
                return .refused
            }
            let taken = try transaction.takeFactor(
                .passkey(assertion),
                of: user,
                challenge: challenge.bytes,
                isAlone: true,
                at: place,
                access,
                cryptography
            )
            guard let taken else { return .refused }
            // What was signed once is not to be signed in with again.
            try transaction.insertCeremony(
                Ceremony(
                    digest: digest,
                    user: user.id,
                    purpose: .spent,
                    challenge: [],
                    issuedAt: challenge.issuedAt
                )
            )
            try transaction.noteSignIn(
                of: user,
                from: place.source,
                isFamiliar: try transaction.loginSource(place.source, of: user.id).isFamiliar,
                clearsFailures: false,
                at: now
            )
            let methods = taken.methods.union([.multipleFactors])
            try transaction.beginSession(token, of: user, by: methods, at: place, access)
            return .begun(IssuedSession(token: token.text, digest: token.digest, user: user), taken)
        }
    }
}
