/// Every way in which somebody comes in.
///
/// Nobody is let in without asking ``User/refusal(by:from:at:)`` under one of these names, and a table in the tests
/// holds every rule against every one of them.
public enum SignInMethod: CaseIterable, Hashable, Sendable {
    /// A pair of API keys.
    case apiKey
    /// The token of a session that was begun with a password.
    case session
    /// A name and a password, to begin a session.
    case password
    /// A name and a password, about which another system asks.
    case credentialCheck
    /// A name and a password, about which this machine's login programs ask.
    case machinePassword
    /// A name and a password, with which a client of LDAP binds; asked again for all that it does then.
    case directoryBind
    /// A name and a password, about which a RADIUS server asks.
    case radius
    /// Something else that this machine's login programs have seen: they ask whether the user may come in at all.
    case machineAccount
    /// A public key, at the machine's own OpenSSH server.
    case sshKey
    /// The word of an administrator, who acts in the user's name.
    case impersonation
    /// A command on the files of a stopped directory.
    case dataFolder
}

extension SignInMethod {
    /// Whether a user's hosts are held against the address here.
    ///
    /// OpenSSH does that itself with the lines it is given. Whoever acts in another's name has come from a place
    /// that its own hosts allow, and the data folder has no address.
    var isBoundToHosts: Bool {
        switch self {
        case .apiKey, .session, .password, .credentialCheck, .machinePassword, .directoryBind,
            .radius, .machineAccount:
            true
        case .sshKey, .impersonation, .dataFolder: false
        }
    }

    /// Whether a password that has to be changed first is refused.
    ///
    /// A session begins with one, to change it; login programs have no place to say so, and let the user in.
    var refusesTemporaryPasswords: Bool {
        switch self {
        case .credentialCheck, .directoryBind, .radius: true
        case .apiKey, .session, .password, .machinePassword, .machineAccount, .sshKey,
            .impersonation, .dataFolder:
            false
        }
    }
}
