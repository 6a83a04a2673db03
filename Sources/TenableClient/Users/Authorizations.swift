import TenableAPI

extension TenableIO {
    /// The ways in that are open to a user.
    public struct Authorizations: Sendable, Equatable {
        /// The whole record.
        public let json: JSONObject
        /// Whether API keys are accepted.
        public let apiPermitted: Bool
        /// Whether the password is accepted.
        public let passwordPermitted: Bool
        /// Whether a login with SAML is accepted.
        public let samlPermitted: Bool

        /// Reads a record.
        ///
        /// - Throws: `TenableFieldError`.
        init(_ json: JSONObject) throws(TenableFieldError) {
            let record = try AuthorizationsRequest(TenableFields(json))
            self.json = json
            apiPermitted = record.isAPIPermitted
            passwordPermitted = record.isPasswordPermitted
            samlPermitted = record.isSAMLPermitted
        }
    }
}
