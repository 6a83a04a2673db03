/// What somebody shows as a second factor.
public enum FactorAnswer: Sendable {
    /// A code: of an app, one that was sent, or a recovery code.
    case code(Secret<String>)
    /// What a passkey has signed.
    case passkey(PasskeyAssertion)
}

/// A factor that was right.
struct TakenFactor: Sendable {
    let kind: FactorKind
    /// What it says of how its owner has proved itself.
    let methods: Set<AuthenticationMethod>
    /// How many recovery codes are left, where one was used.
    var recoveryCodesLeft: Int?
    /// Whether its user must have read it on the phone, which nobody has verified yet.
    var provesPhone = false
}

/// How many failures in a row are allowed where an answer comes from.
enum FailuresAllowed: Sendable {
    /// From where the user has signed in before.
    case familiar
    /// From anywhere else.
    case elsewhere

    /// Why an authenticator is not asked any more, in the audit log's words; nil if it is.
    func refusal(after failures: Int) -> String? {
        if failures >= FactorRules.maximumFailures { return "factor off" }
        guard self == .elsewhere, failures >= FactorRules.maximumFailuresElsewhere else {
            return nil
        }
        return "factor off from unknown networks"
    }
}

/// Whether a factor was right, and in the audit log's words why not.
enum FactorVerdict: Sendable {
    case taken(TakenFactor)
    case refused(String)
}

extension DirectoryTransaction {
    /// Judges what somebody shows as its second factor, and keeps what follows: a code is used up, a failure counted.
    ///
    /// - Parameters:
    ///   - answer: What is shown.
    ///   - user: Whose factor it is said to be.
    ///   - challenge: What a passkey had to sign; nil if none was asked for.
    ///   - isAlone: Whether it stands for the password, too: a passkey has to have asked who its user is then.
    ///   - source: Where it came from.
    ///   - access: Whose rules hold.
    ///   - cryptography: Checks passkeys and codes of apps.
    /// - Returns: Whether it is taken.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func judge(
        _ answer: FactorAnswer,
        of user: User,
        challenge: [UInt8]?,
        isAlone: Bool = false,
        from source: LoginSource,
        _ access: DirectoryAccess,
        _ cryptography: any FactorCryptography
    ) throws(MusterError) -> FactorVerdict {
        switch answer {
        case .passkey(let assertion):
            guard let challenge else { return .refused("no passkey was asked for") }
            let most = try failuresAllowed(from: source, of: user)
            return try judge(
                assertion,
                of: user,
                challenge,
                isAlone: isAlone,
                most,
                access,
                cryptography
            )
        case .code(let code):
            let most = try failuresAllowed(from: source, of: user)
            if let digest = RecoveryCode.digest(of: code, access.digester) {
                return try judgeRecoveryCode(digest, of: user, most)
            }
            let (verdict, missed) = try match(code, of: user, most, access, cryptography)
            guard case .refused(let reason) = verdict else { return verdict }
            let sent = try judgeSentCode(code, of: user, most, else: reason, access)
            // A code that was right for one of them is no failure of the others.
            if case .refused = sent { try countFailures(of: missed) }
            return sent
        }
    }

    /// How many failures of an authenticator, since it was right last, end its use from a source.
    ///
    /// A hundred in all (NIST SP 800-63B-4 section 3.2.2), of which networks from which the user has not signed in get
    /// half: whoever has the password fails there as often as it likes.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func failuresAllowed(
        from source: LoginSource,
        of user: User
    ) throws(MusterError) -> FailuresAllowed {
        try loginSource(source, of: user.id).isFamiliar ? .familiar : .elsewhere
    }

    private func judgeRecoveryCode(
        _ digest: Digest,
        of user: User,
        _ most: FailuresAllowed
    ) throws(MusterError) -> FactorVerdict {
        let failures = try failureCount(of: .recovery, of: user.id)
        if let reason = most.refusal(after: failures) { return .refused(reason) }
        guard try spendRecoveryCode(digest, of: user.id) else {
            try setFailureCount(failures + 1, of: .recovery, of: user.id)
            return .refused("wrong recovery code")
        }
        try setFailureCount(0, of: .recovery, of: user.id)
        let left = try recoveryCodeCount(of: user.id)
        return .taken(
            TakenFactor(kind: .recovery, methods: [.oneTimeCode], recoveryCodesLeft: left)
        )
    }

    private func judgeSentCode(
        _ code: Secret<String>,
        of user: User,
        _ most: FailuresAllowed,
        else reason: String,
        _ access: DirectoryAccess
    ) throws(MusterError) -> FactorVerdict {
        guard user.secondFactor.isRequiredAtLogin,
            try verificationCode(of: user.id)?.purpose == .login
        else { return .refused(reason) }
        let failures = try failureCount(of: .sent, of: user.id)
        if let reason = most.refusal(after: failures) { return .refused(reason) }
        let isRight = try spendCode(
            code,
            of: user.id,
            purpose: .login,
            leaving: most == .familiar ? 0 : VerificationCode.familiarTries,
            access
        )
        try setFailureCount(isRight ? 0 : failures + 1, of: .sent, of: user.id)
        guard isRight else { return .refused(reason) }
        let factor = user.secondFactor
        // Where both are switched on the same code goes both ways, and where it was read nobody knows.
        let wasReadOnPhone = !factor.isEmailEnabled
        return .taken(
            TakenFactor(
                kind: factor.isSMSEnabled ? .sms : .email,
                methods: [wasReadOnPhone ? .textMessage : .oneTimeCode],
                provesPhone: wasReadOnPhone && !factor.isPhoneVerified
            )
        )
    }
}
