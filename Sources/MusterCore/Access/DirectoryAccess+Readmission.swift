extension DirectoryAccess {
    /// Admits a caller again, in the middle of its call: as it is now, with the rights that it has now.
    ///
    /// A call can take long: its body arrives slowly, a password is hashed, an import goes on for minutes.
    /// Meanwhile the caller may have been disabled, demoted, deleted or shut out, or its key replaced.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `session.expired`,
    ///   `access.impersonation_refused` or `store.unavailable`.
    func readmit(
        _ principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        do throws(MusterError) {
            return try present(principal, in: reader)
        } catch {
            if error.code == .credentialsInvalid { principal.connection?.noteLoss() }
            throw error
        }
    }

    /// A caller as it is now.
    private func present(
        _ principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        let present = try holder(
            of: principal.method,
            from: principal.origin.address,
            isArriving: false,
            on: principal.connection,
            in: reader
        )
        if case .bind = principal.method, present.mustChangePassword,
            !principal.mustChangePassword
        {
            // What was bound with has become one that has to be changed first.
            throw .invalidCredentials
        }
        let holder = present.user
        var caller = Principal(
            user: holder,
            method: principal.method,
            origin: principal.origin,
            permissionModel: principal.permissionModel,
            policy: principal.policy,
            mustChangePassword: present.mustChangePassword,
            mustEnrolFactor: present.mustEnrolFactor
        )
        caller.connection = principal.connection
        guard let impersonator = principal.impersonator else {
            // The name of the key or session is the same, and its owner cannot change.
            guard holder.id == principal.user.id else { throw .invalidCredentials }
            return caller
        }
        guard holder.id == impersonator.id,
            let target = try reader.user(.id(principal.user.id))
        else { throw MusterError.impersonationIsRefused }
        return try caller.impersonating(target, at: clock.now())
    }

    /// Admits a caller again who goes on with something long, and refuses it if its rights are not the same.
    ///
    /// - Throws: ``MusterError`` as ``readmit(_:in:)``, or with code `access.insufficient_scope`.
    func readmitUnchanged(
        _ principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        let caller = try readmit(principal, in: reader)
        guard caller.user.role == principal.user.role, caller.user.masks == principal.user.masks,
            caller.mustChangePassword == principal.mustChangePassword,
            caller.mustEnrolFactor == principal.mustEnrolFactor
        else {
            throw MusterError(
                .insufficientScope,
                "permission denied: your own account was changed meanwhile"
            )
        }
        return caller
    }
}

extension Principal {
    /// The caller in another user's name.
    ///
    /// - Throws: ``MusterError`` with code `access.impersonation_refused`, the one answer to callers who are
    ///   no administrators, to users who are disabled or have expired, and to the caller's own name.
    func impersonating(_ target: User, at now: Timestamp) throws(MusterError) -> Principal {
        // In its own name it needs no leave, and what asks who acts would be told that it is two.
        guard target.id != user.id, role == .administrator, !mustChangePassword, !mustEnrolFactor,
            target.refusal(by: .impersonation, from: origin.address, at: now) == nil
        else { throw MusterError.impersonationIsRefused }
        return Principal(
            user: target,
            impersonator: user,
            method: method,
            origin: origin,
            permissionModel: permissionModel,
            policy: policy
        )
    }
}

extension MusterError {
    /// The one answer to whoever may not act in the name that it gave.
    static var impersonationIsRefused: MusterError {
        MusterError(.impersonationRefused, "Forbidden")
    }
}
