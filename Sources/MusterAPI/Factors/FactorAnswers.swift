public import WireJSON

/// An authenticator app that waits to be confirmed: the answer to `POST /factors/totp`.
public struct NewTimeCodeRecord: Sendable, Equatable {
    /// `id`.
    public var id: Int64
    /// `secret`: in base32, for those who type it in.
    public var secret: String
    /// `uri`: what the QR code says.
    public var uri: String
    /// `qr_svg`: the QR code, as a picture in SVG.
    public var picture: String

    /// Builds a record.
    public init(id: Int64, secret: String, uri: String, picture: String) {
        self.id = id
        self.secret = secret
        self.uri = uri
        self.picture = picture
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("secret", secret)
            json.member("uri", uri)
            json.member("qr_svg", picture)
        }
    }

    /// The most bytes of a picture that are read.
    private static let pictureBytes = 262_144

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        id = try fields.number("id").required("id")
        secret = try fields.text("secret").required("secret")
        uri = try fields.text("uri").required("uri")
        picture = try fields.text("qr_svg", upTo: Self.pictureBytes).required("qr_svg")
    }
}

/// A factor that was set up: the answer to its confirmation.
public struct AddedFactorRecord: Sendable, Equatable {
    /// The factor.
    public var factor: FactorRecord
    /// `recovery_codes`: shown once; nil if the user had factors before.
    public var recoveryCodes: [String]?

    /// Builds a record.
    public init(factor: FactorRecord, recoveryCodes: [String]?) {
        self.factor = factor
        self.recoveryCodes = recoveryCodes
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            factor.writeMembers(to: &json)
            if let recoveryCodes { json.member("recovery_codes", recoveryCodes) }
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        factor = try FactorRecord(fields)
        recoveryCodes = try fields.texts("recovery_codes")
    }
}

/// New recovery codes: the answer to `POST /factors/recovery`.
public struct RecoveryCodesRecord: Sendable, Equatable {
    /// `recovery_codes`: shown once.
    public var codes: [String]

    /// Builds a record.
    public init(codes: [String]) {
        self.codes = codes
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { $0.member("recovery_codes", codes) }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` if the codes are missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        codes = try NativeFields(object).texts("recovery_codes").required("recovery_codes")
    }
}
