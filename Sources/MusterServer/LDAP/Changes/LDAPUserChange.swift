import LDAPWire
import MusterCore
import TextBytes

/// What a client asks to change of a user, read and checked for its form.
struct LDAPUserChange: Sendable {
    /// What is shown of accounts of which nothing else is known; nil if nothing is.
    let settings: LDAPSettings?
    private(set) var texts: [LDAPAttribute: LDAPValueSteps<String>] = [:]
    private var keys = LDAPValueSteps<StoredSSHKey>(.sshPublicKey, hasSeveral: true) {
        Array($0.fingerprint.utf8)
    }
    private(set) var password: LDAPNewPassword?

    init(_ settings: LDAPSettings? = nil) {
        self.settings = settings
    }

    /// What else than a password is asked for.
    var isMore: Bool { !texts.isEmpty || changesKeys }

    var changesKeys: Bool { !keys.isEmpty }

    /// Whether it changes where the account's files are, or its shell: a machine makes folders for them by its own power.
    var changesAccount: Bool { texts[.homeDirectory] != nil || texts[.loginShell] != nil }

    /// The keys of a user who is new.
    ///
    /// - Throws: ``LDAPResult`` where one is named twice.
    func newKeys() throws(LDAPResult) -> [StoredSSHKey] {
        try keys.applied(to: [])
    }

    /// The attributes that are changed as texts.
    private static let changed: Set<LDAPAttribute> = [
        .cn, .displayName, .sn, .givenName, .mail, .musterRole, .musterReadMask, .musterWriteMask,
        .musterLiveviewMask, .musterHost, .musterEnabled,
    ]

    /// Takes a step.
    ///
    /// - Throws: ``LDAPResult`` where it cannot be made of any user.
    mutating func take(
        _ kind: LDAPModify.Kind,
        _ attribute: LDAPAttribute,
        _ values: LDAPAttributeValues,
        keys service: SSHKeyService
    ) throws(LDAPResult) {
        switch attribute {
        case .userPassword:
            try LDAPNewPassword.take(kind, values.values, into: &password)
        case .sshPublicKey:
            var found: [StoredSSHKey] = []
            for value in values.values.prefix(LDAPValueSteps<StoredSSHKey>.maximumValues + 1) {
                found.append(try Self.key(value, service))
            }
            try keys.append(kind, found)
        case _ where Self.changed.contains(attribute) || Self.personal.contains(attribute):
            try texts[attribute, default: Self.steps(of: attribute)].append(
                kind,
                try values.texts()
            )
        default:
            throw LDAPResult(
                .unwillingToPerform,
                "\(attribute.name) of a user is not changed over LDAP"
            )
        }
    }

    /// No step yet of an attribute that is changed as texts.
    private static func steps(of attribute: LDAPAttribute) -> LDAPValueSteps<String> {
        LDAPValueSteps(attribute, hasSeveral: several.contains(attribute)) { text in
            if personal.contains(attribute) { return personalKey(text, attribute.rule) }
            return switch LDAPValue(text.utf8, attribute.rule) {
            case .text(let bytes), .exact(let bytes): bytes
            case .number(let number): Array("\(number)".utf8)
            case .truth(let isTrue): Array(isTrue ? "TRUE".utf8 : "FALSE".utf8)
            // What is none of the attribute's values is refused in its turn.
            default: Array(text.utf8)
            }
        }
    }

    /// What a value is compared by that others have while nobody changes anything: as its rule says, but for the case of letters beyond
    /// ASCII, which is dear to leave out of account.
    private static func personalKey(_ text: String, _ rule: LDAPMatchingRule) -> [UInt8] {
        switch rule {
        case .caseExactASCII: text.asBytes
        case .telephone: text.utf8.foldedBytes.filter { !" -".utf8.contains($0) }
        default: text.utf8.foldedBytes
        }
    }

    private static func key(
        _ value: ArraySlice<UInt8>,
        _ service: SSHKeyService
    ) throws(LDAPResult) -> StoredSSHKey {
        guard let line = String(validating: value, as: UTF8.self) else {
            throw LDAPResult(.invalidAttributeSyntax, "a public key is a line of a .pub file")
        }
        return try LDAPResult.translatingNow { () throws(MusterError) in
            try service.look(at: line)
        }
    }

    /// What becomes of a user's keys; nil if they stay.
    func keyRevision(_ verdict: LDAPVerdict) -> SSHKeyRevision? {
        guard changesKeys else { return nil }
        return { [keys] present throws(MusterError) in
            try verdict.keeping { () throws(LDAPResult) in
                try keys.applied(to: present)
            }
        }
    }

    /// What becomes of a user, from what it is.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - isNew: Whether it is being made, and has nothing yet.
    ///   - person: What is known of it as a person.
    /// - Returns: The changes, without a password.
    /// - Throws: ``LDAPResult`` where a value is none of its attribute.
    func changes(
        of user: User,
        isNew: Bool,
        _ person: Person? = nil
    ) throws(LDAPResult) -> UserChanges {
        let parts = person.map { LDAPPerson($0) } ?? LDAPPerson()
        var after: [LDAPAttribute: [String]] = [:]
        for (attribute, steps) in texts where Self.changed.contains(attribute) {
            let before = isNew ? [] : user.texts(of: attribute, parts)
            after[attribute] = try steps.applied(to: before)
        }
        return try LDAPUserValues(user: user, isNew: isNew, after: after).changes()
    }
}

extension User {
    /// The values of an attribute that is changed as texts.
    fileprivate func texts(of attribute: LDAPAttribute, _ person: LDAPPerson) -> [String] {
        switch attribute {
        case .cn, .displayName: [displayName]
        case .sn: [person.texts(at: .name("familyName")).first ?? nameParts.last]
        case .givenName:
            (person.texts(at: .name("givenName")).first ?? nameParts.first).map { [$0] } ?? []
        case .mail: displayEmail.utf8.contains(UInt8(ascii: "@")) ? [displayEmail] : []
        case .musterRole: ["\(role.rawValue)"]
        case .musterReadMask: ["\(masks.read)"]
        case .musterWriteMask: ["\(masks.write)"]
        case .musterLiveviewMask: ["\(masks.liveview)"]
        case .musterHost: hosts.networks.map(\.description)
        case .musterEnabled: [isEnabled ? "TRUE" : "FALSE"]
        default: []
        }
    }
}
