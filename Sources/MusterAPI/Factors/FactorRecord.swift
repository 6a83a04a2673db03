public import WireJSON

/// An authenticator app or a passkey in the native API.
///
/// Moments are milliseconds since 1970 in UTC.
public struct FactorRecord: Sendable, Equatable {
    /// `id`.
    public var id: Int64
    /// `kind`: `totp` or `webauthn`.
    public var kind: String
    /// `label`: what its owner calls it.
    public var label: String
    /// `created_at`.
    public var createdAt: Int64
    /// `last_used_at`; nil if it never was.
    public var lastUsedAt: Int64?
    /// `off`: whether it has failed so often that it is not taken any more.
    public var isOff: Bool
    /// `synced`: whether a passkey is kept on more than one device; nil for an app.
    public var isSynced: Bool?

    /// Builds a record.
    public init(
        id: Int64,
        kind: String,
        label: String,
        createdAt: Int64,
        lastUsedAt: Int64?,
        isOff: Bool,
        isSynced: Bool?
    ) {
        self.id = id
        self.kind = kind
        self.label = label
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.isOff = isOff
        self.isSynced = isSynced
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { writeMembers(to: &$0) }
    }

    func writeMembers(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("kind", kind)
        json.member("label", label)
        json.member("created_at", createdAt)
        json.member("last_used_at", lastUsedAt)
        json.member("off", isOff)
        if let isSynced { json.member("synced", isSynced) }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        try self.init(NativeFields(object))
    }

    init(_ fields: NativeFields) throws(FieldError) {
        id = try fields.number("id").required("id")
        kind = try fields.text("kind").required("kind")
        label = try fields.text("label").required("label")
        createdAt = try fields.number("created_at").required("created_at")
        lastUsedAt = try fields.optionalNumber("last_used_at")
        isOff = try fields.flag("off").required("off")
        isSynced = try fields.flag("synced")
    }
}

/// All that a user has of second factors: the answer to `GET /factors`.
public struct FactorListRecord: Sendable, Equatable {
    /// `factors`.
    public var factors: [FactorRecord]
    /// `recovery_codes`: how many are left.
    public var recoveryCodes: Int64
    /// `sms`: whether codes are sent to the phone at login.
    public var isSMSEnabled: Bool
    /// `email`: whether codes are sent to the e-mail address at login.
    public var isEmailEnabled: Bool
    /// `required`: whether the user must have a second factor.
    public var isRequired: Bool

    /// Builds a record.
    public init(
        factors: [FactorRecord],
        recoveryCodes: Int64,
        isSMSEnabled: Bool,
        isEmailEnabled: Bool,
        isRequired: Bool
    ) {
        self.factors = factors
        self.recoveryCodes = recoveryCodes
        self.isSMSEnabled = isSMSEnabled
        self.isEmailEnabled = isEmailEnabled
        self.isRequired = isRequired
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.name("factors")
            json.array { json in
                for factor in factors { factor.write(to: &json) }
            }
            json.member("recovery_codes", recoveryCodes)
            json.member("sms", isSMSEnabled)
            json.member("email", isEmailEnabled)
            json.member("required", isRequired)
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        factors = try fields.objects("factors") { (fields) throws(FieldError) in
            try FactorRecord(fields)
        }
        recoveryCodes = try fields.number("recovery_codes").required("recovery_codes")
        isSMSEnabled = try fields.flag("sms").required("sms")
        isEmailEnabled = try fields.flag("email").required("email")
        isRequired = try fields.flag("required").required("required")
    }
}
