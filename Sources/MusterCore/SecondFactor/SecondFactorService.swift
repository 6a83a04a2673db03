/// What to switch on or off.
public struct SecondFactorSettings: Sendable {
    /// Whether codes go to the e-mail address.
    public let isEmailEnabled: Bool
    /// Whether codes go to the phone.
    public let isSMSEnabled: Bool
    /// The phone; nil keeps the one that is known.
    public let phone: PhoneNumber?

    /// Builds settings.
    public init(isEmailEnabled: Bool, isSMSEnabled: Bool, phone: PhoneNumber?) {
        self.isEmailEnabled = isEmailEnabled
        self.isSMSEnabled = isSMSEnabled
        self.phone = phone
    }
}

/// Sets up second factors.
public struct SecondFactorService: Sendable {
    private let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
    }

    /// Sends a code to a phone, to find out whether it is the user's.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `password.current_invalid`, `server.overloaded`, `store.unavailable`, or what
    ///   `input` throws.
    public func sendVerification(
        to subject: Subject,
        by principal: Principal,
        _ input: () throws(MusterError) -> (phone: PhoneNumber, password: Secret<String>?)
    ) async throws(MusterError) {
        try principal.requireSettledPassword()
        let user = try directory.resolve(subject, for: principal)
        let (phone, password) = try input()
        if let password {
            try await CurrentPasswordCheck(directory).require(password, of: user, by: principal)
        }
        let event = directory.event(
            .userUpdate,
            by: principal,
            on: AuditParty(user),
            fields: [AuditField("two_factor", "verification sent")]
        )
        try await directory.issueCode(
            to: user,
            purpose: .phone(phone),
            channel: .sms,
            recipient: phone.text,
            recording: event
        )
    }

    /// Takes the answer to ``sendVerification(to:by:_:)``.
    ///
    /// The right code makes the phone the user's and switches codes by SMS on.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `code.invalid`, `store.unavailable`, or what `input` throws.
    public func verify(
        _ subject: Subject,
        by principal: Principal,
        _ input: () throws(MusterError) -> Secret<String>
    ) async throws(MusterError) {
        try principal.requireSettledPassword()
        let target = try directory.resolve(subject, for: principal)
        let code = try input()
        let directory = directory
        let isRight = try await directory.store.write { transaction throws(MusterError) in
            guard let waiting = try transaction.verificationCode(of: target.id),
                case .phone(let phone) = waiting.purpose,
                try transaction.spendCode(code, of: target.id, purpose: nil, directory)
            else { return false }
            var user = try transaction.existing(.id(target.id))
            user.secondFactor.phone = phone
            user.secondFactor.isPhoneVerified = true
            user.secondFactor.isSMSEnabled = true
            try transaction.updateUser(user, at: directory.clock.now())
            try transaction.appendAuditEvent(
                directory.event(
                    .userUpdate,
                    by: principal,
                    on: AuditParty(user),
                    fields: [AuditField("two_factor", "phone verified")]
                )
            )
            return true
        }
        guard isRight else {
            throw MusterError(
                .codeInvalid,
                "The verification code is wrong, used up or too old. Ask for a new one."
            )
        }
    }

    /// Switches codes on and off.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `input.invalid` (SMS without a phone), `store.unavailable`, or what `input`
    ///   throws.
    public func configure(
        _ subject: Subject,
        by principal: Principal,
        _ input: () throws(MusterError) -> SecondFactorSettings
    ) async throws(MusterError) {
        try principal.requireSettledPassword()
        let target = try directory.resolve(subject, for: principal)
        let settings = try input()
        let directory = directory
        try await directory.store.write { transaction throws(MusterError) in
            var user = try transaction.existing(.id(target.id))
            let before = user.secondFactor
            if let phone = settings.phone, phone != before.phone {
                user.secondFactor.phone = phone
                user.secondFactor.isPhoneVerified = false
            }
            guard !settings.isSMSEnabled || user.secondFactor.phone != nil else {
                throw .invalid("sms_phone", "\"sms_phone\" is required")
            }
            user.secondFactor.isSMSEnabled = settings.isSMSEnabled
            user.secondFactor.isEmailEnabled = settings.isEmailEnabled
            guard user.secondFactor != before else { return }
            try transaction.updateUser(user, at: directory.clock.now())
            let fields = [
                AuditField("two_factor.email", "\(settings.isEmailEnabled)"),
                AuditField("two_factor.sms", "\(settings.isSMSEnabled)"),
            ]
            try transaction.appendAuditEvent(
                directory.event(.userUpdate, by: principal, on: AuditParty(user), fields: fields)
            )
        }
    }
}
