/// What is asked of an edit before anybody knows whose it is, and what of it has to be hashed first.
public struct UserEditRequest<Body: Sendable>: Sendable {
    /// What was read.
    let body: Body
    /// A new password.
    let password: Secret<String>?
    /// The caller's own password, for changes of one's own account that need it.
    let currentPassword: Secret<String>?

    /// Builds a request.
    public init(
        _ body: Body,
        password: Secret<String>? = nil,
        currentPassword: Secret<String>? = nil
    ) {
        self.body = body
        self.password = password
        self.currentPassword = currentPassword
    }
}

extension UserService {
    /// Changes a user.
    ///
    /// An administrator names anybody; oneself may change name and e-mail address. What is not changed comes
    /// from the store at that moment, never from what the caller remembers. A new password ends the user's
    /// sessions, but for the caller's own. Whoever opens more of its own account in a session (``UserEdit``) shows that it
    /// is itself.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `user.already_exists`, `access.own_account`, `access.last_administrator`,
    ///   `access.escalation`, `password.policy`, `factor.confirmation_required`, `revision.changed`, `server.overloaded`,
    ///   `store.unavailable`, or what `input` throws.
    public func edit(
        _ target: UserTarget,
        by principal: Principal,
        proof: OwnProof = .login,
        countsFactors: Bool = false,
        _ input: () throws(MusterError) -> UserChanges
    ) async throws(MusterError) -> User {
        try await edit(target, by: principal, proof: proof, countsFactors: countsFactors) {
            () throws(MusterError) in
            let changes = try input()
            return UserEditRequest(
                changes,
                password: changes.password,
                currentPassword: changes.currentPassword
            )
        } for: { changes, _ in
            changes
        }
    }

    /// Changes a user as the other one, where what is asked for depends on who it is.
    ///
    /// - Parameters:
    ///   - target: The user.
    ///   - principal: Who calls.
    ///   - proof: How the call lets it show that it is itself, where it opens more of its own account.
    ///   - countsFactors: Whether the user is returned with how many factors it has.
    ///   - input: Reads what is asked for.
    ///   - changes: Says what that means for a user. It is called in the transaction, and does little; where a password
    ///     is hashed, which takes long, also before, to find out for whom.
    /// - Returns: The user as it then is.
    /// - Throws: as there, or what `changes` throws.
    public func edit<Body: Sendable>(
        _ target: UserTarget,
        by principal: Principal,
        proof: OwnProof = .login,
        countsFactors: Bool = false,
        _ input: () throws(MusterError) -> UserEditRequest<Body>,
        for changes: @escaping @Sendable (Body, User) throws(MusterError) -> UserChanges
    ) async throws(MusterError) -> User {
        try principal.requireRight(target.isOneself ? .settledAccount : .administrator)
        let read = Result { () throws(MusterError) in try input() }
        if case .success(let asked) = read,
            asked.password != nil || asked.currentPassword != nil
        {
            return try await editHashing(
                target,
                by: principal,
                proof: proof,
                countsFactors: countsFactors,
                asked,
                for: changes
            )
        }
        let access = access
        let outcome = try await access.change(of: target, by: principal) {
            () throws(MusterError) in
            try read.get().body
        } for: { body, user throws(MusterError) in
            try changes(body, user)
        } _: { caller, user, changes, transaction throws(MusterError) in
            let edit = UserEdit(
                access: access,
                principal: caller,
                changes: changes,
                hash: nil,
                proof: proof
            )
            return try edit.make(on: user, in: transaction).counting(countsFactors, in: transaction)
        }
        await notices.tell(outcome.change)
        return access.activity.updated(outcome.user)
    }

    /// Changes a user where a password has to be hashed or checked, which takes long.
    ///
    /// The user is looked at before, for what the hash needs, and so that what is wrong is said first. What the change
    /// means is judged again in the transaction: meanwhile somebody may have changed the user.
    private func editHashing<Body: Sendable>(
        _ target: UserTarget,
        by principal: Principal,
        proof: OwnProof,
        countsFactors: Bool,
        _ asked: UserEditRequest<Body>,
        for changes: @escaping @Sendable (Body, User) throws(MusterError) -> UserChanges
    ) async throws(MusterError) -> User {
        let right: Principal.Right = target.isOneself ? .settledAccount : .administrator
        let known = try await access.resolve(target, for: principal)
        // By another name in the meantime the password would be judged as if it had been set first.
        let planned = try changes(asked.body, known)
        let own = principal.isOwn(known) ? asked.currentPassword : nil
        let (access, body) = (access, asked.body)
        let outcome = try await CurrentPassword(access, passwords).verifyOwn(
            own,
            of: known,
            isNeeded: asked.password != nil,
            for: asked.password == nil ? .confirmation : .replacement,
            by: principal
        ) { verified throws(MusterError) in
            var hash: PasswordHash?
            if let password = asked.password {
                try principal.requirePower(over: known)
                hash = try await NewPassword(
                    access,
                    passwords.hasher,
                    in: .caller(principal.payer),
                    by: principal
                ).hash(
                    password,
                    for: planned.username ?? known.username,
                    besideFactor: planned.requiresSecondFactorEnrolment ?? known.mustHaveFactor,
                    formerOf: known.id
                )
            }
            let kind = ChangeBudget.Kind(verified)
            return try await access.change(by: principal, needing: right, as: kind) {
                [hash]
                caller,
                transaction throws(MusterError) in
                try verified?.confirm(in: transaction)
                let user = try transaction.existing(known)
                let edit = UserEdit(
                    access: access,
                    principal: caller,
                    changes: try changes(body, user),
                    hash: hash,
                    isConfirmed: verified != nil,
                    proof: proof
                )
                return try edit.make(on: user, in: transaction)
                    .counting(countsFactors, in: transaction)
            }
        }
        await notices.tell(outcome.change)
        return access.activity.updated(outcome.user)
    }
}
