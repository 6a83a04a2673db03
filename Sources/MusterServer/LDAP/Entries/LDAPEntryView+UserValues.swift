import MusterCore

extension LDAPEntryView {
    /// Tells the values of an attribute of a user; none if it has none that the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func tell(
        _ attribute: LDAPAttribute,
        of user: User,
        to values: inout some LDAPValueTaker
    ) throws(MusterError) {
        switch attribute {
        case .uid: values.add(user.username.text)
        case .cn, .displayName: values.add(user.displayName)
        case .sn:
            if let name = try personalName("familyName", of: user) {
                values.add(name)
            } else {
                values.add(user.lastName)
            }
        case .givenName:
            if let name = try personalName("givenName", of: user) {
                values.add(name)
            } else if let name = user.firstNames {
                values.add(name)
            }
        case .mail:
            // A login name without an @ is no address.
            var mail = user.displayEmail
            if mail.withUTF8({ $0.contains(UInt8(ascii: "@")) }) { values.add(mail) }
        case .uidNumber: values.add(String(settings.numbers.firstUser + user.id.rawValue))
        case .gidNumber: values.add(settings.everyonesNumber)
        case .homeDirectory:
            if let own = try account("homeDirectory", of: user) {
                values.add(own)
            } else {
                values.add(settings.home(of: user))
            }
        case .loginShell: values.add(try account("loginShell", of: user) ?? settings.loginShell)
        case .gecos:
            var name = user.displayName
            // The syntax is that of ASCII, and a colon would end the field where numbers of users are listed.
            let isPlain = name.withUTF8 { bytes in
                bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
            }
            if isPlain { values.add(name) }
        case .sshPublicKey: for key in try sshKeys(of: user) { values.add(key.key.text) }
        case .memberOf: for name in try groupNames(of: user) { values.add(name) }
        case .entryUUID: values.add(user.uuid.text)
        case .createTimestamp: values.add(user.createdAt.compactText)
        case .modifyTimestamp: values.add(user.changedAt.compactText)
        case .entryUSN: values.add(user.changedAt.updateNumber)
        case .pwdChangedTime:
            if let time = try passwordTime(of: user) { values.add(time.compactText) }
        case _ where LDAPAttributeSet.administrative.contains(attribute):
            if entries.seesAll { tellAdministrative(attribute, of: user, to: &values) }
        default:
            guard !tellCommon(attribute, of: .user, tree.name(of: user), to: &values) else {
                return
            }
            try tellPersonal(attribute, of: user, to: &values)
        }
    }

    /// A part of the name as it is known of the person; nil if it is not.
    private func personalName(_ part: String, of user: User) throws(MusterError) -> String? {
        try person(of: user)?.texts(at: .name(part)).first
    }

    /// What machines know of the account; nil if nothing was said.
    private func account(_ part: String, of user: User) throws(MusterError) -> String? {
        try person(of: user)?.texts(at: .account(part)).first
    }

    /// Tells what only those who may administer users see.
    private func tellAdministrative(
        _ attribute: LDAPAttribute,
        of user: User,
        to values: inout some LDAPValueTaker
    ) {
        switch attribute {
        case .nsAccountLock: if entries.isShutOut(user) { values.add(true.asText) }
        // The moment that says that it is for good, as sssd looks for it.
        case .pwdAccountLockedTime: if entries.isShutOut(user) { values.add("000001010000Z") }
        case .musterRole: values.add(String(user.role.rawValue))
        case .musterReadMask: values.add(String(user.masks.read))
        case .musterWriteMask: values.add(String(user.masks.write))
        case .musterLiveviewMask: values.add(String(user.masks.liveview))
        case .musterHost: for network in user.hosts.networks { values.add(network.description) }
        case .musterEnabled: values.add(user.isEnabled.asText)
        default: break
        }
    }
}
