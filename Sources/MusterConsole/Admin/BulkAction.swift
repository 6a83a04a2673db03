/// What can be done with many users at once.
package enum BulkAction: String, CaseIterable, Sendable {
    case enable, disable, unlock
    case requireFactor = "require-factor"
    case openWays = "open-ways"
    case closeWays = "close-ways"
    case endSessions = "end-sessions"
    case addToGroup = "add-to-group"
    case removeFromGroup = "remove-from-group"
    case delete

    /// What it is called.
    package func name(_ t: UsersTexts) -> String {
        switch self {
        case .enable: t.enable
        case .disable: t.disable
        case .unlock: t.unlock
        case .requireFactor: t.requireFactor
        case .openWays: t.openWays
        case .closeWays: t.closeWays
        case .endSessions: t.endSessions
        case .addToGroup: t.addToGroup
        case .removeFromGroup: t.removeFromGroup
        case .delete: t.delete
        }
    }

    /// Whether it is about a group.
    package var isAboutGroup: Bool { self == .addToGroup || self == .removeFromGroup }
    /// Whether it is about ways in.
    package var isAboutWays: Bool { self == .openWays || self == .closeWays }
    /// Whether it lets people in, gives them more, or cannot be undone, so that a stolen session must not do it.
    package var needsProof: Bool { [.enable, .openWays, .addToGroup, .delete].contains(self) }
    /// Whether it keeps people out or takes something from them.
    var isHarsh: Bool { [.disable, .closeWays, .endSessions, .delete].contains(self) }
}

/// A way in that a user may be permitted or forbidden.
package enum BulkWay: String, CaseIterable, Sendable {
    case password, api, saml

    /// What it is called.
    func name(_ t: UsersTexts) -> String {
        switch self {
        case .password: t.password
        case .api: t.api
        case .saml: t.saml
        }
    }
}
