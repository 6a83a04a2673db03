/// Why somebody may not come in, in the audit log's words.
public enum Refusal: String, CaseIterable, Sendable {
    /// The user is disabled.
    case disabled
    /// The user's account has expired.
    case expired
    /// The user may not use this method.
    case methodNotPermitted = "password not permitted"
    /// The user's hosts do not allow the place.
    case hostNotAllowed = "host not allowed"
    /// Too many logins have failed from there.
    case locked
    /// What was presented is not the password.
    case wrongPassword = "wrong password"
    /// The password, key or session was replaced or ended while the call was on its way.
    case changedMeanwhile = "changed meanwhile"
    /// The password has to be changed before it is good for anything else.
    case temporaryPassword = "temporary password"
}

extension User {
    /// Why this user may not come in by a method from an address; nil if it may.
    ///
    /// This is the one admission rule. Every way in asks it, and every change asks it again for its caller.
    public func refusal(
        by method: SignInMethod,
        from address: IPAddress?,
        at now: Timestamp
    ) -> Refusal? {
        if let refusal = refusal(by: method, at: now) { return refusal }
        return method.isBoundToHosts && !isAllowed(at: address) ? .hostNotAllowed : nil
    }

    /// Whether this user's hosts allow an address.
    func isAllowed(at address: IPAddress?) -> Bool { hosts.allow(address) }

    /// Whether every way in is shut to this user at a moment, whatever it presents.
    func isShutOut(at now: Timestamp) -> Bool { !isEnabled || isExpired(at: now) }

    /// By which of its fields this user may administer users; empty if it may not.
    public var administratorRights: [AdministratorRight] {
        AdministratorRight.held(by: role, masks)
    }

    /// Why this user may not come in by a method from anywhere; nil if it may come in from its hosts.
    public func refusal(by method: SignInMethod, at now: Timestamp) -> Refusal? {
        refusal(by: method, isExpired: isExpired(at: now))
    }

    /// Why this user may not come in by a method for as long as nothing changes; nil if it may.
    ///
    /// For the question who is left to administer: an account that expires some day leaves nobody then.
    func lastingRefusal(by method: SignInMethod) -> Refusal? {
        refusal(by: method, isExpired: expiresAt != nil)
    }

    private func refusal(by method: SignInMethod, isExpired: Bool) -> Refusal? {
        // Whoever may write to the files could change anything in them.
        guard method != .dataFolder else { return nil }
        guard isEnabled else { return .disabled }
        guard !isExpired else { return .expired }
        let isPermitted =
            switch method {
            case .apiKey: authorizations.api
            case .session, .password, .credentialCheck, .machinePassword, .directoryBind, .radius:
                authorizations.password
            case .machineAccount, .sshKey, .impersonation, .dataFolder: true
            }
        return isPermitted ? nil : .methodNotPermitted
    }
}

/// What lets a user administer users, under the name of the field that holds it.
public enum AdministratorRight: String, CaseIterable, Sendable {
    /// The role Administrator, in every dialect.
    case role = "permissions"
    /// The Write on Users, in the ActiveLogic dialect and the native API.
    case masks = "writebm"

    /// Those that come with a role and masks; none for nearly everybody.
    static func held(by role: Role, _ masks: Masks) -> [AdministratorRight] {
        (role == .administrator ? [.role] : []) + (masks.canWrite(.users) ? [.masks] : [])
    }
}
