extension DirectoryTransaction {
    /// Gives the caller's own session, which goes on, another token; the former one opens nothing any more.
    ///
    /// Somebody else may have it, too. All else of the session stays.
    ///
    /// - Returns: The session as its owner is to be handed it; nil if the caller has none of its own.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func renewSession(
        of caller: Principal,
        with token: SessionToken,
        at now: Timestamp
    ) throws(MusterError) -> IssuedSession? {
        guard caller.impersonator == nil, let digest = caller.sessionDigest,
            let session = try session(digest)
        else { return nil }
        try endSession(digest, because: .passwordChanged, at: now)
        try insertSession(
            Session(
                digest: token.digest,
                user: session.user,
                createdAt: session.createdAt,
                lastSeenAt: now,
                address: session.address,
                authenticatedAt: session.authenticatedAt,
                methods: session.methods,
                program: session.program
            )
        )
        return IssuedSession(token: token.text, digest: token.digest, user: caller.user)
    }
}
