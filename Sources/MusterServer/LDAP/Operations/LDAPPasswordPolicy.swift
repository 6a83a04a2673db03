import LDAPWire

/// What is said of a password beside an answer, to clients that ask for it (draft-behera-ldap-password-policy-10, section 6.2).
///
/// Nothing is said of why a bind was refused: that would tell strangers what they have not proved to know.
enum LDAPPasswordPolicy: Int {
    /// The password has to be changed before anything else.
    case changeAfterReset = 2
    /// The present password is missing.
    case mustSupplyOldPassword = 4
    /// The new password breaks the rules for passwords.
    case insufficientPasswordQuality = 5

    /// What a client is told whose change of a password came out like this; nil if it is no matter of the policy.
    init?(_ result: LDAPResult) {
        switch result.code {
        case .constraintViolation: self = .insufficientPasswordQuality
        case .unwillingToPerform: self = .mustSupplyOldPassword
        default: return nil
        }
    }

    /// What a client is told whose change of an entry came out like this, which writes the password and nothing else; nil if
    /// it is no matter of the policy, or if it could be one of something else.
    init?(_ result: LDAPResult, of change: LDAPChange) {
        guard case .modify(let modify) = change, modify.writesPasswordAlone else { return nil }
        switch result.code {
        case .constraintViolation: self = .insufficientPasswordQuality
        case .unwillingToPerform where !modify.namesPresentPassword && modify.namesNewPassword:
            self = .mustSupplyOldPassword
        default: return nil
        }
    }

    /// The control of an answer; one that says nothing if there is nothing to say.
    static func control(_ policy: LDAPPasswordPolicy?) -> LDAPControl {
        var writer = BERWriter(capacity: 16)
        writer.constructed { writer in
            if let policy { writer.integer(policy.rawValue, tag: BERTag.context(1)) }
        }
        return LDAPControl(LDAPControlType.passwordPolicy, value: writer.bytes[...])
    }
}

extension LDAPOperation {
    /// The kind of the answer, for operations that are not for whoever has to change its password first; nil for the others.
    var answerToUnsettled: LDAPAnswerTag? {
        switch self {
        case .search: .search
        case .compare: .compare
        case .change(let change): change.answer
        default: nil
        }
    }
}

extension LDAPModify {
    private var passwords: [Step] {
        steps.filter { LDAPAttribute.named($0.attribute.name) == .userPassword }
    }

    /// Whether a password is written, and nothing else.
    fileprivate var writesPasswordAlone: Bool { !steps.isEmpty && passwords.count == steps.count }
    /// Whether the password that goes is named.
    fileprivate var namesPresentPassword: Bool {
        passwords.contains { $0.kind == .delete && !$0.attribute.values.isEmpty }
    }
    /// Whether a password is named that is to come.
    fileprivate var namesNewPassword: Bool {
        passwords.contains { $0.kind != .delete && !$0.attribute.values.isEmpty }
    }
}
