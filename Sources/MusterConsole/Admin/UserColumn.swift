package import MusterCore

/// What the list of users may have beside the names.
package enum UserColumn: String, CaseIterable, Sendable {
    case email, role, state
    case lastSignIn = "last"
    case lastKeyUse = "key"
    case ways, expires, hosts, created, changed, id

    /// Those that are shown unless others are chosen.
    package static let usual: [UserColumn] = [.email, .role, .state, .lastSignIn]

    /// What it is called.
    package func name(_ t: UsersTexts) -> String {
        switch self {
        case .email: t.email
        case .role: t.role
        case .state: t.state
        case .lastSignIn: t.lastSignIn
        case .lastKeyUse: t.lastKeyUse
        case .ways: t.waysIn
        case .expires: t.expires
        case .hosts: t.hosts
        case .created: t.created
        case .changed: t.changed
        case .id: t.id
        }
    }

    /// What it has of a user.
    func cell(_ user: User, _ frame: Frame, isLocked: Bool) -> HTML {
        switch self {
        case .email: "<bdi>\(user.displayEmail)</bdi>"
        case .role: "\(user.role.name)"
        case .state: "<span class=\"tags\">\(frame.states(of: user, isLocked: isLocked))</span>"
        case .lastSignIn: frame.time(user.logins.lastSuccess)
        case .lastKeyUse: frame.time(user.lastKeyUse)
        case .ways: "\(UserColumn.ways(of: user, frame.texts.users))"
        case .expires: frame.time(user.expiresAt)
        case .hosts:
            UserColumn.few(user.hosts.texts)
        case .created: frame.time(user.createdAt)
        case .changed: frame.time(user.changedAt)
        case .id: "<span class=\"number\">\(user.id.rawValue)</span>"
        }
    }

    /// The ways in that are open to a user.
    private static func ways(of user: User, _ t: UsersTexts) -> String {
        let ways = [
            (t.password, user.authorizations.password), (t.api, user.authorizations.api),
            (t.saml, user.authorizations.saml),
        ]
        let open = ways.filter(\.1).map(\.0)
        return open.isEmpty ? t.none : open.joined(separator: ", ")
    }

    /// The first three of some hosts.
    private static func few(_ hosts: [String]) -> HTML {
        "<span class=\"mono\">\(hosts.prefix(3).joined(separator: ", "))\(hosts.count > 3 ? " ..." : "")</span>"
    }

    /// What it has of a user as text; moments in UTC (RFC 3339), nothing if there is none.
    package func text(
        _ user: User,
        _ t: UsersTexts,
        isLocked: Bool,
        at now: Timestamp
    ) -> String {
        switch self {
        case .email: user.displayEmail
        case .role: user.role.name
        case .state:
            user.states(t, isLocked: isLocked, at: now).map(\.name).joined(separator: ", ")
        case .lastSignIn: user.logins.lastSuccess?.text ?? ""
        case .lastKeyUse: user.lastKeyUse?.text ?? ""
        case .ways: UserColumn.ways(of: user, t)
        case .expires: user.expiresAt?.text ?? ""
        case .hosts: user.hosts.texts.joined(separator: " ")
        case .created: user.createdAt.text
        case .changed: user.changedAt.text
        case .id: "\(user.id.rawValue)"
        }
    }
}

extension User {
    /// In which state a user is, and how that is meant.
    func states(
        _ t: UsersTexts,
        isLocked: Bool,
        at now: Timestamp
    ) -> [(name: String, kind: String)] {
        var states: [(name: String, kind: String)] = []
        if !isEnabled { states.append((t.disabled, "bad")) }
        if isExpired(at: now) { states.append((t.expired, "bad")) }
        if isLocked { states.append((t.locked, "warn")) }
        return states.isEmpty ? [(t.enabled, "good")] : states
    }
}
