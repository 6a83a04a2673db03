public import MusterCore

extension UserChanges {
    /// The changes that `build` sets; all others are none.
    public init(_ build: (inout UserChanges) -> Void) {
        self.init()
        build(&self)
    }
}

extension UserChanges {
    /// The changes that set these authorizations, all of them.
    public init(_ authorizations: Authorizations) {
        self.init()
        isAPIPermitted = authorizations.api
        isPasswordPermitted = authorizations.password
        isSAMLPermitted = authorizations.saml
        requiresSecondFactorEnrolment = authorizations.requiresSecondFactorEnrolment
    }
}
