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
