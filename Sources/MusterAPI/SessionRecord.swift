public import WireJSON

/// A session in the native API.
///
/// Moments are milliseconds since 1970 in UTC.
public struct SessionRecord: Sendable, Equatable {
    /// `id`: the first 16 hexadecimal digits of the token's SHA-256.
    public var id: String
    /// `user_id`.
    public var userID: Int64
    /// `username`.
    public var username: String
    /// `created_at`.
    public var createdAt: Int64
    /// `last_seen_at`.
    public var lastSeenAt: Int64
    /// `address`: where it began; nil if that is not known.
    public var address: String?
    /// `program`: with which program it began, at most 128 signs of ASCII; nil if that is not known.
    public var program: String?
    /// `current`: whether it is the one that asks.
    public var isCurrent: Bool

    /// Builds a record.
    public init(
        id: String,
        userID: Int64,
        username: String,
        createdAt: Int64,
        lastSeenAt: Int64,
        address: String?,
        program: String?,
        isCurrent: Bool
    ) {
        self.id = id
        self.userID = userID
        self.username = username
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.address = address
        self.program = program
        self.isCurrent = isCurrent
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("user_id", userID)
            json.member("username", username)
            json.member("created_at", createdAt)
            json.member("last_seen_at", lastSeenAt)
            json.member("address", address)
            json.member("program", program)
            json.member("current", isCurrent)
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        id = try fields.text("id").required("id")
        userID = try fields.number("user_id").required("user_id")
        username = try fields.text("username").required("username")
        createdAt = try fields.number("created_at").required("created_at")
        lastSeenAt = try fields.number("last_seen_at").required("last_seen_at")
        address = try fields.optionalText("address")
        program = try fields.optionalText("program")
        isCurrent = try fields.flag("current").required("current")
    }
}
