extension PersonService {
    /// What is to be made.
    public struct Draft: Sendable {
        /// The user.
        public var user: UserDraft
        /// Its password; nil if it gets none.
        public var password: Secret<String>?
        /// What is known of it.
        public var person: Person
        /// Its public keys.
        public var keys: [StoredSSHKey]

        /// Builds a draft.
        public init(
            user: UserDraft,
            password: Secret<String>?,
            person: Person,
            keys: [StoredSSHKey] = []
        ) {
            self.user = user
            self.password = password
            self.person = person
            self.keys = keys
        }
    }
}
