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
}
