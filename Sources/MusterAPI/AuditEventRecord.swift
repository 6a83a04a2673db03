/// An event of the audit log in the native API.
public struct AuditEventRecord: Sendable, Equatable {
    /// `id`: 32 hexadecimal digits.
    public var id: String
    /// `received`: when it happened, in milliseconds since 1970 in UTC.
    public var received: Int64
    /// `action`, such as `user.update`; a newer server may know more of them.
    public var action: String
    /// `is_failure`: whether it was refused.
    public var isFailure: Bool
    /// `actor`: who did it; nil for somebody who proved no identity.
    public var actor: Party?
    /// `impersonated`: in whose name, where an administrator acted in another's.
    public var impersonated: Party?
    /// `target`: to whom; nil if to nobody.
    public var target: Party?
    /// `address`: from where; nil for a command on the machine itself.
    public var address: String?
    /// `request_id`: the number of the request.
    public var requestID: String
    /// `fields`: what else there is to say.
    public var fields: [Field]

    /// Somebody or something, as it was named at that time.
    public struct Party: Sendable, Equatable {
        /// `id`: the UUID; nil if the name named nobody.
        public var id: String?
        /// `name`.
        public var name: String
        /// `type`: `User` or `Group`.
        public var type: String

        /// Builds a party.
        public init(id: String?, name: String, type: String) {
            self.id = id
            self.name = name
            self.type = type
        }
    }

    /// One thing more that an event says.
    public struct Field: Sendable, Equatable {
        /// `key`.
        public var key: String
        /// `value`.
        public var value: String

        /// Builds a field.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// Builds a record.
    public init(
        id: String,
        received: Int64,
        action: String,
        isFailure: Bool,
        actor: Party?,
        impersonated: Party?,
        target: Party?,
        address: String?,
        requestID: String,
        fields: [Field]
    ) {
        self.id = id
        self.received = received
        self.action = action
        self.isFailure = isFailure
        self.actor = actor
        self.impersonated = impersonated
        self.target = target
        self.address = address
        self.requestID = requestID
        self.fields = fields
    }
}
