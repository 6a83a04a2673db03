extension Principal {
    /// What a call needs its caller to be.
    enum Right: Sendable {
        /// Anybody who has come in.
        case any
        /// Anybody whose password need not be changed first.
        case permanentPassword
        /// Anybody who has nothing to set right first: neither a password to change nor a second factor to set up.
        case settledAccount
        /// Whoever may look at other users.
        case reader
        /// Whoever may administer users.
        case administrator
        /// Whoever has a role, or a higher one.
        case role(Role)
    }

    /// Refuses callers who do not have a right.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` or `password.change_required`.
    func requireRight(_ right: Right) throws(MusterError) {
        switch right {
        case .any: break
        case .permanentPassword: try requireSettledPassword()
        case .settledAccount: try requireSettledAccount()
        case .reader: try requireReader()
        case .administrator: try requireAdministrator()
        case .role(let role): try require(role)
        }
    }

    /// Refuses callers who may not administer users.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` or `password.change_required`.
    public func requireAdministrator() throws(MusterError) {
        switch permissionModel {
        case .role:
            try require(.administrator)
        case .masks:
            try requireSettledAccount()
            guard isAdministrator else { throw Principal.permissionDenied("Write on Users") }
        }
    }

    /// Refuses callers who may not look at other users.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` or `password.change_required`.
    public func requireReader() throws(MusterError) {
        switch permissionModel {
        case .role:
            try require(.basic)
        case .masks:
            try requireSettledAccount()
            let mayRead = masks.canRead(.users) || role == .administrator
            guard mayRead else { throw Principal.permissionDenied("Read on Users") }
        }
    }

    /// Refuses callers who may not look at groups.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` or `password.change_required`.
    func requireGroupReader() throws(MusterError) {
        guard permissionModel == .masks, masks.canRead(.users) else { return try require(.basic) }
        try requireSettledAccount()
    }

    private static func permissionDenied(_ right: String) -> MusterError {
        MusterError(.insufficientScope, "permission denied", details: ["required_right": right])
    }

    /// Refuses callers who came in with a temporary password.
    ///
    /// - Throws: ``MusterError`` with code `password.change_required`.
    public func requireSettledPassword() throws(MusterError) {
        guard !mustChangePassword else {
            throw MusterError(
                .passwordChangeRequired,
                "The password is temporary. Change it with PUT /session/chpasswd first."
            )
        }
    }

    /// Refuses callers who came in with a temporary password, or have to set up a second factor first.
    ///
    /// - Throws: ``MusterError`` with code `password.change_required` or `factor.enrolment_required`.
    public func requireSettledAccount() throws(MusterError) {
        try requireSettledPassword()
        guard !mustEnrolFactor else {
            throw MusterError(
                .enrolmentRequired,
                "Set up a second factor with POST /muster/v1/factors/totp or /muster/v1/factors/webauthn first."
            )
        }
    }

    /// Refuses callers whose role is below `role`, whose password is temporary, or who have to set up a second factor.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required` or
    ///   `factor.enrolment_required`.
    public func require(_ role: Role) throws(MusterError) {
        try requireSettledAccount()
        guard self.role >= role else {
            throw MusterError(
                .insufficientScope,
                "Insufficient scope",
                details: ["required_role": role.name]
            )
        }
    }
}
