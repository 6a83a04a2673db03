/// A pair of API keys, as it is shown to its owner once.
public struct APIKeyPair: Sendable {
    /// The public half: 64 lower-case hexadecimal characters, 256 random bits.
    public let accessKey: String
    /// The secret half, of the same form; only its digest is kept.
    public let secretKey: Secret<String>

    /// The number of random bytes in each half.
    static let byteCount = 32

    /// The number of hexadecimal characters in each half.
    public static let textLength = byteCount * 2

    /// Makes a new pair.
    init(from random: any RandomSource) {
        accessKey = Hex.text(random.bytes(APIKeyPair.byteCount))
        secretKey = Secret(Hex.text(random.bytes(APIKeyPair.byteCount)))
    }
}

/// What the directory keeps of a pair of API keys.
public struct StoredAPIKey: Sendable {
    /// The public half.
    public let accessKey: String
    /// SHA-256 of the secret half's text.
    public let secretDigest: Digest
    /// When the pair was made.
    public let createdAt: Timestamp

    /// Builds a record.
    public init(accessKey: String, secretDigest: Digest, createdAt: Timestamp) {
        self.accessKey = accessKey
        self.secretDigest = secretDigest
        self.createdAt = createdAt
    }
}
