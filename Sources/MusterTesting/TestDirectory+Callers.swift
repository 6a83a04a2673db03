public import MusterCore

extension TestDirectory {
    /// The administrator, come in with API keys.
    public var asAdministrator: Principal {
        let digest = directory.digester.digest(
            administratorKeys.secretKey.withExposedValue { Array($0.utf8) }
        )
        return Principal(
            user: administrator,
            method: .apiKey(administratorKeys.accessKey, digest),
            origin: TestDirectory.origin()
        )
    }

    /// The administrator, come in with API keys, whose rights are decided by its masks.
    public var asMaskAdministrator: Principal {
        Principal(
            user: administrator,
            method: asAdministrator.method,
            origin: TestDirectory.origin(),
            permissionModel: .masks,
            policy: .followingMasks
        )
    }

    /// A user, come in with a session that is made for it, or with what it has come in with before.
    ///
    /// - Throws: What the store throws.
    public func asUser(
        _ user: User,
        method: Principal.Method? = nil,
        by permissionModel: Principal.PermissionModel = .role,
        from address: IPAddress? = TestDirectory.address
    ) async throws(MusterError) -> Principal {
        let method = if let method { method } else { try await openSession(of: user) }
        return Principal(
            user: user,
            method: method,
            origin: TestDirectory.origin(address),
            permissionModel: permissionModel,
            policy: permissionModel == .masks ? .followingMasks : DialectPolicy()
        )
    }

    private func openSession(of user: User) async throws(MusterError) -> Principal.Method {
        let now = clock.now()
        let digest = Digest(directory.random.bytes(Digest.byteCount))
        try await directory.store.write { transaction throws(MusterError) in
            try transaction.insertSession(
                Session(
                    digest: digest,
                    user: user.id,
                    createdAt: now,
                    lastSeenAt: now,
                    address: nil
                )
            )
        }
        return .session(digest)
    }
}

extension DialectPolicy {
    /// The policy of the dialects whose callers administer by their masks.
    public static let followingMasks = DialectPolicy(
        requiresApprovedDomain: false,
        viewers: .readersAndOneself
    )
}
