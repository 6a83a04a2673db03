extension DirectoryAccess {
    /// Makes a change for a caller, who is admitted again in the transaction that makes it.
    ///
    /// Changes that need no right to administer are counted, each kind by itself, so that nobody fills the disk with their
    /// records (``ChangeBudget``).
    ///
    /// - Throws: ``MusterError`` as ``readmit(_:in:)``; with code `access.insufficient_scope` or
    ///   `password.change_required`; `revision.changed` if users have changed since the revision that the
    ///   caller names; `request.rate_limited` or `server.overloaded` where it has made too many, or the disk is nearly
    ///   full; or what `body` throws.
    func change<Outcome: Sendable>(
        by principal: Principal,
        needing right: Principal.Right,
        as kind: ChangeBudget.Kind = .any,
        _ body:
            @escaping @Sendable (Principal, any DirectoryTransaction) throws(MusterError) -> Outcome
    ) async throws(MusterError) -> Outcome {
        try await counting(by: principal, needing: right, as: kind) {
            () async throws(MusterError) in
            try await changeUncounted(by: principal, needing: right, body)
        }
    }

    /// Makes a change as ``change(by:needing:_:)``, however many the caller has made before.
    ///
    /// - Throws: ``MusterError`` as there, but for code `request.rate_limited`.
    func changeUncounted<Outcome: Sendable>(
        by principal: Principal,
        needing right: Principal.Right,
        _ body:
            @escaping @Sendable (Principal, any DirectoryTransaction) throws(MusterError) -> Outcome
    ) async throws(MusterError) -> Outcome {
        try await write(by: principal, needing: right) { caller, transaction throws(MusterError) in
            try transaction.requireRevision(of: caller)
            return try body(caller, transaction)
        }
    }

    /// Makes a change of one user, who is found and judged in the transaction that changes it: nothing is looked at
    /// before.
    ///
    /// What speaks against it is said in this order: the caller's right (403), the user who does not exist (404), what is
    /// asked for (400), the revision (412), and then what `body` finds.
    ///
    /// - Parameters:
    ///   - target: The user.
    ///   - principal: Who calls. It has to be an administrator, where it does not act on itself.
    ///   - right: What it has to be where it acts on itself.
    ///   - kind: With which others the change is counted.
    ///   - input: Reads what is asked for, before the transaction begins, in which others would wait for it; what it
    ///     throws is said in its turn.
    ///   - body: Makes the change.
    /// - Returns: What `body` returns.
    /// - Throws: ``MusterError`` as ``change(by:needing:_:)``, with code `user.not_found`, or what `input` throws.
    func change<Input: Sendable, Outcome: Sendable>(
        of target: UserTarget,
        by principal: Principal,
        ownNeeding right: Principal.Right = .settledAccount,
        as kind: ChangeBudget.Kind = .any,
        _ input: () throws(MusterError) -> Input,
        _ body:
            @escaping @Sendable (Principal, User, Input, any DirectoryTransaction)
            throws(MusterError) -> Outcome
    ) async throws(MusterError) -> Outcome {
        try await change(
            of: target,
            by: principal,
            ownNeeding: right,
            as: kind,
            input,
            for: { input, _ in input },
            body
        )
    }

    /// Makes a change of one user as the other one, where nothing is read of what is asked for.
    ///
    /// - Throws: as there.
    func change<Outcome: Sendable>(
        of target: UserTarget,
        by principal: Principal,
        ownNeeding right: Principal.Right = .settledAccount,
        as kind: ChangeBudget.Kind = .any,
        _ body:
            @escaping @Sendable (Principal, User, any DirectoryTransaction) throws(MusterError)
            -> Outcome
    ) async throws(MusterError) -> Outcome {
        let none = { () throws(MusterError) in }
        return try await change(of: target, by: principal, ownNeeding: right, as: kind, none) {
            caller,
            user,
            _,
            transaction throws(MusterError) in
            try body(caller, user, transaction)
        }
    }

    /// Makes a change of one user as the other one, where what is asked for depends on who it is.
    ///
    /// - Parameters:
    ///   - target: The user.
    ///   - principal: Who calls.
    ///   - right: What it has to be where it acts on itself.
    ///   - kind: With which others the change is counted.
    ///   - input: Reads what is asked for, before the transaction begins.
    ///   - asked: Says what that means for the user. It is called in the transaction, and does little.
    ///   - body: Makes the change.
    /// - Returns: What `body` returns.
    /// - Throws: ``MusterError`` as there, or what `asked` throws.
    func change<Input: Sendable, Asked, Outcome: Sendable>(
        of target: UserTarget,
        by principal: Principal,
        ownNeeding right: Principal.Right = .settledAccount,
        as kind: ChangeBudget.Kind = .any,
        _ input: () throws(MusterError) -> Input,
        for asked: @escaping @Sendable (Input, User) throws(MusterError) -> Asked,
        _ body:
            @escaping @Sendable (Principal, User, Asked, any DirectoryTransaction)
            throws(MusterError) -> Outcome
    ) async throws(MusterError) -> Outcome {
        let right = target.isOneself ? right : .administrator
        try principal.requireRight(right)
        let read = Result { () throws(MusterError) in try input() }
        let make = { () async throws(MusterError) in
            try await self.write(by: principal, needing: right) {
                caller,
                transaction throws(MusterError) in
                let user = try transaction.resolve(target, for: caller)
                let asked = try asked(try read.get(), user)
                try transaction.requireRevision(of: caller)
                return try body(caller, user, asked, transaction)
            }
        }
        // What cannot be read is refused before anything is compared, and keeps nobody waiting.
        if case .failure = read { return try await make() }
        return try await counting(by: principal, needing: right, as: kind, make)
    }

    /// Counts a change that a caller makes of itself, and one that is refused as well: others have waited while it was judged.
    ///
    /// What the server itself could not do is not counted.
    private func counting<Outcome>(
        by principal: Principal,
        needing right: Principal.Right,
        as kind: ChangeBudget.Kind,
        _ make: () async throws(MusterError) -> Outcome
    ) async throws(MusterError) -> Outcome {
        let payer = try takePlace(of: principal, needing: right, for: kind)
        do throws(MusterError) {
            return try await make()
        } catch {
            if let payer, error.isOfServer { ownChanges.giveBack(payer) }
            throw error
        }
    }

    /// Admits a caller again and makes its change, both in one transaction, which also tells what revision it led to.
    ///
    /// Whoever did not have the right when it came in is refused before that, so that no change waits for the refusal.
    private func write<Outcome: Sendable>(
        by principal: Principal,
        needing right: Principal.Right,
        _ body:
            @escaping @Sendable (Principal, any DirectoryTransaction) throws(MusterError) -> Outcome
    ) async throws(MusterError) -> Outcome {
        try principal.requireRight(right)
        let access = self
        let condition = principal.origin.condition
        let (outcome, revision) = try await store.write { transaction throws(MusterError) in
            let caller = try access.readmit(principal, in: transaction)
            try caller.requireRight(right)
            let outcome = try body(caller, transaction)
            return (outcome, condition == nil ? nil : try transaction.revision())
        }
        if let revision { condition?.note(revision) }
        return outcome
    }

    /// Looks at something for a caller, who is admitted again at the moment that is looked at.
    ///
    /// Between a request's head and its answer it may have waited long, in a queue or for somebody who reads slowly.
    ///
    /// - Throws: ``MusterError`` as ``readmit(_:in:)``, or what `body` throws.
    public func look<Outcome: Sendable>(
        by principal: Principal,
        _ extent: ReadExtent = .bounded,
        _ body:
            @escaping @Sendable (Principal, any DirectoryReader) throws(MusterError) -> Outcome
    ) async throws(MusterError) -> Outcome {
        try await store.read(extent) { [self] reader throws(MusterError) in
            try body(try readmit(principal, in: reader), reader)
        }
    }
}

extension DirectoryReader {
    /// Refuses a change if users have changed since the revision that the caller names.
    ///
    /// - Throws: ``MusterError`` with code `revision.changed` or `store.unavailable`.
    func requireRevision(of caller: Principal) throws(MusterError) {
        guard let expected = caller.origin.condition?.expected, try revision() != expected else {
            return
        }
        throw MusterError(
            .revisionChanged,
            "Users were changed in another session. Read them again."
        )
    }
}

extension MusterError {
    /// Whether it was not the caller's doing.
    var isOfServer: Bool {
        [.storeUnavailable, .overloaded, .serverInternal].contains(code)
    }
}
