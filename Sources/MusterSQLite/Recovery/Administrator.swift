public import MusterCore

/// An enabled administrator, as a look at the database finds it.
public struct Administrator: Sendable {
    /// Who it is.
    public let user: User
    /// Whether it could come in: with a password, or with API keys that no inactivity timeout may lay to rest.
    public let canSignIn: Bool
    /// Whether it has a password that it may come in with.
    public let hasPassword: Bool
    /// Whether it has a second factor of any kind.
    public let hasSecondFactor: Bool
    /// Whether codes by SMS are all that it has of second factors.
    public let hasSMSAlone: Bool
}
