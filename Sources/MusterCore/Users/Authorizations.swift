/// Which sign-in methods a user may use.
///
/// All are when the user is created.
public struct Authorizations: Sendable, Equatable {
    /// Whether API keys are accepted.
    public var api: Bool
    /// Whether the password is accepted.
    public var password: Bool
    /// Whether single sign-on is accepted.
    public var saml: Bool
    /// Whether the user has to set up a second factor before its sessions are good for anything else.
    public var requiresSecondFactorEnrolment: Bool

    /// All are permitted, unless said otherwise.
    public init(
        api: Bool = true,
        password: Bool = true,
        saml: Bool = true,
        requiresSecondFactorEnrolment: Bool = false
    ) {
        self.api = api
        self.password = password
        self.saml = saml
        self.requiresSecondFactorEnrolment = requiresSecondFactorEnrolment
    }
}
