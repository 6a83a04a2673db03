import TextBytes

/// What became of the ways into an account, as its owner is told: one rule for every way in which it is done.
///
/// What is told goes to the address that was the account's before the change, so that whoever has moved the address first
/// is not the only one to hear of the rest.
enum AccountNews: Sendable {
    case added(Factor)
    case removed(Factor)
    /// All factors were taken away, by an administrator.
    case factorsReset
    /// A recovery code was used; how many are left.
    case recoveryUsed(Int)
    case recoveryRenewed
    case passwordChanged(isTemporary: Bool)
    case emailChanged
    /// The phone for codes; nil if there is none any more.
    case phone(PhoneNumber?)
    case codes(CodeMessage.Channel, isOn: Bool)
    case keysReplaced
    case keysRevoked
    /// SSH keys came, or went, by their fingerprints; at least one.
    case sshKeysAdded([String])
    case sshKeysRemoved([String])
    case loginNameChanged
    /// By what the account may be entered from now on.
    case waysInChanged(Authorizations)
    /// From where it may be entered.
    case hostsChanged
    /// Whether it has to have a second factor.
    case factorRequired(Bool)
    /// It may do more: a higher role, or more bits.
    case rightsRaised
    /// Its sessions and keys rest for longer before they end, or it expires later or not at all.
    case stayLengthened
    /// Where its files are on machines, or with what its terminals begin.
    case machineAccountChanged
    /// It was enabled again.
    case enabled

    /// The most keys that one sentence names, so that it leaves room for others in a notice.
    private static let namedKeys = 5

    /// What a change of a user tells, beside what only the one who made it knows.
    static func of(_ after: User, changedFrom before: User) -> [AccountNews] {
        let (now, then) = (after.secondFactor, before.secondFactor)
        var news: [AccountNews] = []
        if !after.displayEmail.hasSameBytes(as: before.displayEmail) { news.append(.emailChanged) }
        if now.phone != then.phone { news.append(.phone(now.phone)) }
        if now.isEmailEnabled != then.isEmailEnabled {
            news.append(.codes(.email, isOn: now.isEmailEnabled))
        }
        if now.isSMSEnabled != then.isSMSEnabled {
            news.append(.codes(.sms, isOn: now.isSMSEnabled))
        }
        return news
    }

    /// What a change of a user tells of how it is entered, and of what opens more.
    ///
    /// The name under which, the ways by which and the places from where it is entered; and more rights or time. What takes
    /// some of that away is no news of the kind.
    static func ofEntry(_ after: User, changedFrom before: User) -> [AccountNews] {
        let (now, then) = (after.authorizations, before.authorizations)
        var news: [AccountNews] = []
        if after.username != before.username { news.append(.loginNameChanged) }
        if now.password != then.password || now.api != then.api || now.saml != then.saml {
            news.append(.waysInChanged(now))
        }
        if after.hosts != before.hosts { news.append(.hostsChanged) }
        if now.requiresSecondFactorEnrolment != then.requiresSecondFactorEnrolment {
            news.append(.factorRequired(now.requiresSecondFactorEnrolment))
        }
        if after.isEnabled, !before.isEnabled { news.append(.enabled) }
        if after.role > before.role || !before.masks.covers(after.masks) {
            news.append(.rightsRaised)
        }
        if after.staysLonger(than: before) { news.append(.stayLengthened) }
        return news
    }

    /// What the notice is about.
    var purpose: Notice.Purpose {
        switch self {
        case .added: .factorAdded
        case .removed, .factorsReset: .factorRemoved
        case .recoveryUsed: .recoveryUsed
        case .recoveryRenewed: .recoveryRenewed
        case .passwordChanged: .passwordChanged
        case .emailChanged: .emailChanged
        case .phone: .phoneChanged
        case .codes: .codesChanged
        case .keysReplaced: .keysReplaced
        case .keysRevoked: .keysRevoked
        case .sshKeysAdded: .sshKeyAdded
        case .sshKeysRemoved: .sshKeyRemoved
        case .loginNameChanged: .loginNameChanged
        case .waysInChanged: .waysInChanged
        case .hostsChanged: .hostsChanged
        case .factorRequired: .factorRequirementChanged
        case .rightsRaised: .rightsRaised
        case .stayLengthened: .stayLengthened
        case .machineAccountChanged: .machineAccountChanged
        case .enabled: .enabled
        }
    }

    /// What is told of it; no secret, no address, and of a number the last two digits.
    ///
    /// - Parameter doer: ` by` somebody; empty if the owner did it itself.
    /// - Returns: A sentence, without an end of line.
    func sentence(by doer: String) -> String {
        switch self {
        case .added(let factor):
            "The \(factor.noun) \"\(factor.label)\" was added to your account\(doer)."
        case .removed(let factor):
            "The \(factor.noun) \"\(factor.label)\" was removed from your account\(doer)."
        case .factorsReset:
            "All second factors of your account were removed\(doer). Set up a new one at the next login."
        case .recoveryUsed(let left):
            "A recovery code was used to sign in to your account. \(left) are left."
        case .recoveryRenewed:
            "New recovery codes were made for your account\(doer); the old ones are of no use any more."
        case .passwordChanged(isTemporary: false):
            "The password of your account was changed\(doer)."
        case .passwordChanged(isTemporary: true):
            "The password of your account was changed\(doer), to one that you have to change at the next login."
        case .emailChanged:
            "The e-mail address of your account was changed\(doer). Messages go to another address from now on."
        case .phone(nil):
            "The phone for codes was taken from your account\(doer)."
        case .phone(let phone?):
            "The phone for codes of your account is now the one that ends in \(phone.text.suffix(2))\(doer.isEmpty ? "" : ", set\(doer)")."
        case .codes(let channel, let isOn):
            "Codes by \(channel == .sms ? "SMS" : "e-mail") were switched \(isOn ? "on" : "off") for your account\(doer)."
        case .keysReplaced:
            "A pair of API keys was made for your account\(doer); a former one is of no use any more."
        case .keysRevoked:
            "The API keys of your account were revoked\(doer)."
        case .sshKeysAdded(let keys):
            AccountNews.sentence(of: keys, "added to your account\(doer)")
        case .sshKeysRemoved(let keys):
            AccountNews.sentence(of: keys, "removed from your account\(doer)")
        case .loginNameChanged:
            "The login name of your account was changed\(doer)."
        case .waysInChanged(let now):
            "By what your account may be entered was changed\(doer). \(AccountNews.ways(now))"
        case .hostsChanged:
            "From where your account may be entered was changed\(doer)."
        case .factorRequired(true):
            "Your account must have a second factor from now on\(doer.isEmpty ? "" : ", as was set\(doer)"). Without one you are asked to set it up at the next login."
        case .factorRequired(false):
            "Your account need not have a second factor any more\(doer.isEmpty ? "" : ", as was set\(doer)")."
        case .rightsRaised:
            "Your account was given more rights\(doer)."
        case .stayLengthened:
            "For how long your account, its sessions and its API keys stay open was extended\(doer)."
        case .machineAccountChanged:
            "The home directory or the login shell of your account was changed\(doer)."
        case .enabled:
            "Your account was enabled again\(doer)."
        }
    }

    private static func ways(_ permitted: Authorizations) -> String {
        let names = [
            permitted.password ? "password" : nil, permitted.api ? "API keys" : nil,
            permitted.saml ? "single sign-on" : nil,
        ]
        .compactMap(\.self)
        return names.isEmpty
            ? "Nothing opens it now." : "It is open to \(names.joined(separator: ", ")) now."
    }

    private static func sentence(of keys: [String], _ done: String) -> String {
        let names = keys.prefix(namedKeys).joined(separator: ", ")
        let more = keys.count > namedKeys ? " and \(keys.count - namedKeys) more" : ""
        return keys.count == 1
            ? "The SSH key \(names) was \(done)."
            : "\(keys.count) SSH keys were \(done): \(names)\(more)."
    }
}

/// A change of an account that was made, and what is told of it.
struct AccountChange: Sendable {
    /// The user as it was before.
    let before: User
    /// What became of it; empty if nothing is told.
    let news: [AccountNews]
    /// Who did it.
    let doer: Doer

    /// Who makes a change, as far as its notices are counted together.
    enum Doer: Hashable, Sendable {
        /// The owner itself.
        case owner
        /// Somebody else, acting in its own name or not.
        case user(UserID)
        /// A command on the data folder.
        case machine
    }

    init(of before: User, by caller: Principal, _ news: [AccountNews]) {
        self.before = before
        self.news = news
        doer =
            caller.isMachine
            ? .machine : caller.actor.id == before.id ? .owner : .user(caller.actor.id)
    }

    /// A change that its owner has made by signing in.
    init(ofOwn user: User, _ news: AccountNews) {
        before = user
        self.news = [news]
        doer = .owner
    }

    private init(_ former: AccountChange, more: [AccountNews]) {
        before = former.before
        news = former.news + more
        doer = former.doer
    }

    /// The same with what else became of the account in the same change.
    func adding(_ more: [AccountNews]) -> AccountChange { AccountChange(self, more: more) }

    /// What is told, in sentences.
    var text: String {
        let words =
            switch doer {
            case .owner: ""
            case .machine: " by whoever runs the server"
            case .user: " by an administrator"
            }
        return news.map { $0.sentence(by: words) }.joined(separator: "\n")
    }
}
