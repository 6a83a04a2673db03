import TextBytes

/// The user a call acts on.
public enum UserTarget: Sendable {
    /// The caller itself.
    case oneself
    /// A user named by an administrator, who may also name itself.
    case user(UserReference)
}

extension DirectoryAccess {
    /// Finds the user a call acts on, after asking whether the caller may know.
    ///
    /// Callers without the right are refused before anything is said about whether the user exists, also those who
    /// have lost it since their request's head came.
    ///
    /// - Throws: ``MusterError`` as ``readmit(_:in:)``, or with code `access.insufficient_scope`,
    ///   `password.change_required` or `user.not_found`.
    func resolve(
        _ target: UserTarget,
        for principal: Principal
    ) async throws(MusterError) -> User {
        try await look(by: principal) { caller, reader throws(MusterError) in
            try reader.resolve(target, for: caller)
        }
    }
}

extension UserReader {
    func resolve(_ target: UserTarget, for principal: Principal) throws(MusterError) -> User {
        switch target {
        case .oneself:
            return principal.user
        case .user(let reference):
            try principal.requireAdministrator()
            return try existing(reference)
        }
    }

    /// Finds a user whom the caller may look at: itself, or anybody for those who may read users.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `user.not_found` or
    ///   `store.unavailable`.
    func resolveReadable(
        _ reference: UserReference,
        for principal: Principal
    ) throws(MusterError) -> User {
        try principal.mayLook(at: reference) == .oneself
            ? principal.user : existing(reference)
    }
}

extension Principal {
    /// Whom a caller may look at.
    enum Sight {
        /// The caller itself, whom nobody need read again.
        case oneself
        /// Anybody.
        case anybody
    }

    /// Refuses callers who may not look at a user: whoever may read users looks at anybody, all others at themselves.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` or `password.change_required`.
    func mayLook(at reference: UserReference) throws(MusterError) -> Sight {
        try requireSettledAccount()
        switch policy.viewers {
        case .administrators: try requireAdministrator()
        case .readersAndOneself:
            if user.matches(reference) { return .oneself }
            try requireReader()
        }
        return .anybody
    }

    /// The user of a reference, as the target of a call that everybody may make for itself.
    public func target(_ reference: UserReference) -> UserTarget {
        user.matches(reference) ? .oneself : .user(reference)
    }
}

extension UserTarget {
    /// Whether the caller acts on itself.
    var isOneself: Bool {
        if case .oneself = self { true } else { false }
    }

    /// Whether it is the caller, by whatever name.
    func isOwn(_ principal: Principal) -> Bool {
        switch self {
        case .oneself: true
        case .user(let reference): principal.user.matches(reference)
        }
    }
}

extension User {
    /// Whether a reference names this user.
    public func matches(_ reference: UserReference) -> Bool {
        switch reference {
        case .id(let id): id == self.id
        case .uuid(let uuid): uuid == self.uuid
        case .username(let name): name.hasSameFoldedBytes(as: username.text)
        }
    }
}

extension UserReader {
    /// The user, who has to exist.
    ///
    /// - Throws: ``MusterError`` with code `user.not_found` or `store.unavailable`.
    func existing(_ reference: UserReference) throws(MusterError) -> User {
        guard let user = try user(reference) else { throw .noSuchUser }
        return user
    }

    /// The user, who has to exist, for a caller that may administer it or is it.
    ///
    /// - Throws: ``MusterError`` with code `user.not_found` or `store.unavailable`.
    func existing(_ user: User) throws(MusterError) -> User {
        try existing(.id(user.id))
    }
}
