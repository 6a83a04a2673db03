/// How many factors a user has set up beside the codes that are sent.
public struct FactorCounts: Sendable, Equatable {
    /// Authenticator apps that are confirmed.
    public var apps: Int
    /// Passkeys.
    public var passkeys: Int
    /// Recovery codes that are left.
    public var recoveryCodes: Int

    /// Builds counts; of none unless said otherwise.
    public init(apps: Int = 0, passkeys: Int = 0, recoveryCodes: Int = 0) {
        self.apps = apps
        self.passkeys = passkeys
        self.recoveryCodes = recoveryCodes
    }

    /// Whether a login asks for one of them; recovery codes only stand in for another factor.
    public var isAskedAtLogin: Bool { apps > 0 || passkeys > 0 }
}
