/// Asks whoever administers others to have proved lately who it is, before what a stolen session must not do.
public struct ConfirmationService: Sendable {
    private let confirmation: OwnConfirmation

    init(_ access: DirectoryAccess, passwords: PasswordChecks) {
        confirmation = OwnConfirmation(access, passwords: passwords)
    }

    /// Lets an administrator go on that has shown password or factor within ``FactorRules/confirmationTime``, or gives its
    /// password now, which counts for as long.
    ///
    /// A wrong password counts like a failed login. Whoever acts in another's name is refused, since the proof would be one
    /// person's and the change another's. Whether the caller may do what follows is judged there.
    ///
    /// - Parameters:
    ///   - principal: The caller.
    ///   - password: The caller's password, if it was given.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.impersonation_refused`,
    ///   `factor.confirmation_required`, `password.current_invalid`, `password.change_required`, `server.overloaded` or
    ///   `store.unavailable`.
    public func require(
        by principal: Principal,
        password: Secret<String>?
    ) async throws(MusterError) {
        try await confirmation.require(by: principal, password)
    }
}
