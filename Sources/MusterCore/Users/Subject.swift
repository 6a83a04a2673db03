/// Whom a call is about.
public enum Subject: Sendable {
    /// The caller itself.
    case oneself
    /// A user named by an administrator, who may also name itself.
    case user(UserReference)
}

extension Directory {
    /// Finds whom a call is about, after asking whether the caller may know.
    ///
    /// Callers without the right are refused before anything is said about whether the user exists.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    func resolve(_ subject: Subject, for principal: Principal) throws(MusterError) -> User {
        switch subject {
        case .oneself:
            return principal.user
        case .user(let reference):
            try principal.requireAdministrator()
            return try store.read { reader throws(MusterError) in try reader.existing(reference) }
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

    /// Refuses to take away the last enabled administrator.
    ///
    /// - Throws: ``MusterError`` with code `access.last_administrator` or `store.unavailable`.
    func requireAnotherAdministrator(than user: User) throws(MusterError) {
        guard user.isEnabled, user.role == .administrator else { return }
        guard try hasEnabledAdministrator(otherThan: user.id) else {
            throw MusterError(
                .lastAdministrator,
                "\(user.username.text) is the last enabled administrator. Name another one first."
            )
        }
    }
}
