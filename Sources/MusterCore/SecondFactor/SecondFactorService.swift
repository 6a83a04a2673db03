/// Sets up second factors.
public struct SecondFactorService: Sendable {
    let access: DirectoryAccess
    let passwords: PasswordChecks
    let sender: any CodeSender
    let notices: AccountNotices

    init(
        _ access: DirectoryAccess,
        passwords: PasswordChecks,
        sender: any CodeSender,
        notices: AccountNotices
    ) {
        self.access = access
        self.passwords = passwords
        self.sender = sender
        self.notices = notices
    }

    /// Reads a phone number, by the rule that was set for numbers without a prefix.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `sms_phone`.
    public func phone(_ text: String) throws(MusterError) -> PhoneNumber {
        try PhoneNumber(text, prefix: access.rules.phonePrefix)
    }

    /// Switches codes on and off.
    ///
    /// For one's own account the password is needed: a key or session may have been stolen. Whoever must have a second
    /// factor does not switch off its own last one; an administrator may switch off that of another, who then sets one up
    /// before anything else.
    ///
    /// - Returns: What the caller is to be told beside that it is done, as a sentence; nil if there is nothing.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `password.current_invalid`, `factor.last`, `input.invalid` (a way by which no code can arrive),
    ///   `server.overloaded`, `store.unavailable`, or what `input` throws.
    @discardableResult
    public func configure(
        _ target: UserTarget,
        by principal: Principal,
        _ input: () throws(MusterError) -> SecondFactorSettings
    ) async throws(MusterError) -> String? {
        let right = SecondFactorService.right(target)
        try principal.requireRight(right)
        let read = Result { () throws(MusterError) in try input() }
        let access = access
        guard case .success(let settings) = read, let password = settings.password else {
            let change: CodeSwitch? = try await access.change(
                of: target,
                by: principal,
                ownNeeding: .permanentPassword,
                read.get
            ) { settings, user throws(MusterError) in
                try CurrentPassword.requireNone(of: user, by: principal)
                return settings
            } _: { caller, user, settings, transaction throws(MusterError) in
                try transaction.configure(user, settings, by: caller, access)
            }
            return await tell(change)
        }
        let known = try await access.resolve(target, for: principal)
        let change: CodeSwitch? = try await CurrentPassword(access, passwords).verify(
            password,
            of: known,
            for: .confirmation,
            by: principal
        ) { verified throws(MusterError) in
            try await access.change(by: principal, needing: right, as: .confirmed) {
                caller,
                transaction throws(MusterError) -> CodeSwitch? in
                try verified.confirm(in: transaction)
                let user = try transaction.existing(known)
                return try transaction.configure(user, settings, by: caller, access)
            }
        }
        return await tell(change)
    }

    /// Tells the user of a change; answers what its maker is to be told.
    private func tell(_ change: CodeSwitch?) async -> String? {
        guard let change else { return nil }
        await notices.tell(change.account)
        return change.leavesNone ? SecondFactorService.noneIsLeft : nil
    }

    /// What is told of a user who must have a second factor, and has none any more.
    static let noneIsLeft =
        "The user must have a second factor and has none any more: until one is set up, a login is good for nothing else."

    static func right(_ target: UserTarget) -> Principal.Right {
        target.isOneself ? .permanentPassword : .administrator
    }
}
