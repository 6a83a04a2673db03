/// By what of its owner's a caller has come in, as far as callers are counted: who has stolen one of somebody's credentials
/// is told from who has another.
public enum CallerCredential: Hashable, Sendable {
    /// The pair of API keys, of which a user has one: a new pair brings no new count.
    case keys
    /// A session, by its name.
    case session(SessionID)
    /// Connections of LDAP, which the password has opened.
    case bind
    /// A command on the data folder.
    case local
}

extension Principal {
    /// By what the caller has come in.
    public var credential: CallerCredential {
        switch method {
        case .apiKey: .keys
        case .session(let digest): .session(SessionID(digest))
        case .bind: .bind
        case .local: .local
        }
    }
}
