import TextBytes
public import WireJSON

/// What a browser has put together and a passkey has signed: the JSON in `clientDataJSON`.
public struct ClientDataRecord: Sendable, Equatable {
    /// The most bytes that are read.
    static let maximumBytes = 4_096

    /// The bytes as they came.
    public var bytes: [UInt8]
    /// `type`.
    public var type: String
    /// `challenge`.
    public var challenge: [UInt8]
    /// `origin`.
    public var origin: String
    /// `crossOrigin`.
    public var isCrossOrigin: Bool

    /// Reads bytes; members that it does not know are passed over, a member that is there twice is refused.
    ///
    /// - Throws: ``FieldError`` for field `clientDataJSON`.
    public init(_ bytes: [UInt8]) throws(FieldError) {
        let refusal = FieldError("clientDataJSON", "must be a JSON object as browsers write it")
        guard bytes.count <= ClientDataRecord.maximumBytes,
            case .object(let object)? = try? JSONValue(parsing: bytes),
            case .string(let type)? = object["type"],
            case .string(let text)? = object["challenge"], let challenge = Base64URL.bytes(text),
            case .string(let origin)? = object["origin"]
        else { throw refusal }
        switch object["crossOrigin"] {
        case nil, .bool(false)?: isCrossOrigin = false
        case .bool(true)?: isCrossOrigin = true
        default: throw refusal
        }
        // Where a frame stands in another site's page, that is named, too.
        if object["topOrigin"] != nil { isCrossOrigin = true }
        (self.bytes, self.type, self.challenge, self.origin) = (bytes, type, challenge, origin)
    }
}

/// A passkey that was made, as `PublicKeyCredential.toJSON()` writes it (WebAuthn Level 3).
public struct AttestationRecord: Sendable, Equatable {
    /// `response.clientDataJSON`.
    public var clientData: ClientDataRecord
    /// `response.attestationObject`.
    public var object: [UInt8]

    /// Reads a credential; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError``.
    init(_ fields: NativeFields) throws(FieldError) {
        try fields.requirePublicKey()
        let response = try fields.requiredFields("response")
        clientData = try ClientDataRecord(try response.base64URL("clientDataJSON"))
        object = try response.base64URL("attestationObject")
    }
}

/// A passkey that was used, as `PublicKeyCredential.toJSON()` writes it (WebAuthn Level 3).
public struct AssertionRecord: Sendable, Equatable {
    /// `id`.
    public var id: [UInt8]
    /// `response.clientDataJSON`.
    public var clientData: ClientDataRecord
    /// `response.authenticatorData`.
    public var authenticatorData: [UInt8]
    /// `response.signature`.
    public var signature: [UInt8]
    /// `response.userHandle`; nil if there is none.
    public var userHandle: [UInt8]?

    /// Reads a credential; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError``.
    init(_ fields: NativeFields) throws(FieldError) {
        try fields.requirePublicKey()
        id = try fields.base64URL("id")
        let response = try fields.requiredFields("response")
        clientData = try ClientDataRecord(try response.base64URL("clientDataJSON"))
        authenticatorData = try response.base64URL("authenticatorData")
        signature = try response.base64URL("signature")
        let handle = response.object["userHandle"]
        userHandle = handle == nil || handle == .null ? nil : try response.base64URL("userHandle")
    }
}

/// The body of `POST /factors/webauthn`.
public struct NewPasskeyBody: Sendable, Equatable {
    /// `label`.
    public var label: String?
    /// `credential`.
    public var credential: AttestationRecord

    /// Reads a body.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["label", "credential"])
        label = try fields.optionalText("label")
        guard let credential = try fields.fields("credential") else {
            throw NativePhrases.failure(of: "credential", .missing)
        }
        self.credential = try AttestationRecord(credential)
    }
}

extension JSONFields where Phrases == NativePhrases {
    /// The most characters of bytes that a browser sends: those of the largest attestation that is read.
    private static var mostCharacters: Int { 22_000 }

    /// Bytes in base64url, which have to be there.
    fileprivate func base64URL(_ name: String) throws(FieldError) -> [UInt8] {
        let text = try requiredText(name, upTo: Self.mostCharacters)
        guard let bytes = Base64URL.bytes(text), !bytes.isEmpty else {
            throw FieldError(name, "must be base64url without padding")
        }
        return bytes
    }

    fileprivate func requirePublicKey() throws(FieldError) {
        guard case .string(let type)? = object["type"], ByteText(type) == "public-key" else {
            throw FieldError("type", "must be \"public-key\"")
        }
    }
}
