/// What an authenticator says of itself and of a key, and signs (W3C WebAuthn Level 2 section 6.1).
struct AuthenticatorData: Sendable {
    /// The longest identifier of a credential, in bytes (WebAuthn Level 2 section 5.8.3).
    static let maximumCredentialBytes = 1023

    /// The flags, by their bits.
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt8
        /// Somebody was there.
        static let userPresent = Flags(rawValue: 0x01)
        /// It was found out who, by a PIN or a fingerprint.
        static let userVerified = Flags(rawValue: 0x04)
        /// The key may be copied to other devices.
        static let backupEligible = Flags(rawValue: 0x08)
        /// The key has been copied.
        static let backedUp = Flags(rawValue: 0x10)
        /// A key is in the data.
        static let attestedCredential = Flags(rawValue: 0x40)
        /// Extensions are in the data.
        static let extensions = Flags(rawValue: 0x80)
    }

    /// A new key.
    struct Credential: Sendable {
        /// The model of the authenticator, 16 bytes.
        let model: [UInt8]
        /// The identifier of the key.
        let id: [UInt8]
        /// The public half.
        let key: PasskeyPublicKey
        /// The public half as it was written.
        let keyBytes: [UInt8]
    }

    /// SHA-256 of the identifier for which the key is.
    let relyingPartyDigest: Digest
    /// The flags.
    let flags: Flags
    /// How often the key was used; 0 where nobody counts.
    let counter: UInt32
    /// The new key; nil if there is none.
    let credential: Credential?

    /// Reads the data; nothing may be left over.
    ///
    /// - Throws: ``PasskeyFault`` `.authenticatorData`, or `.key` for a key that is not taken.
    init(_ bytes: [UInt8]) throws(PasskeyFault) {
        guard (37...CBORReader.maximumBytes).contains(bytes.count) else {
            throw .authenticatorData
        }
        relyingPartyDigest = Digest(Array(bytes[..<32]))
        flags = Flags(rawValue: bytes[32])
        counter = bytes[33..<37].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        var offset = 37
        credential =
            flags.contains(.attestedCredential) ? try Self.credential(bytes, &offset) : nil
        if flags.contains(.extensions) { try Self.skipExtensions(bytes, &offset) }
        guard offset == bytes.count else { throw .authenticatorData }
        // A key that must not be copied cannot have been.
        guard flags.contains(.backupEligible) || !flags.contains(.backedUp) else {
            throw .authenticatorData
        }
    }

    private static func credential(
        _ bytes: [UInt8],
        _ offset: inout Int
    ) throws(PasskeyFault) -> Credential {
        guard bytes.count - offset >= 18 else { throw .authenticatorData }
        let model = Array(bytes[offset..<offset + 16])
        let count = Int(bytes[offset + 16]) << 8 | Int(bytes[offset + 17])
        let start = offset + 18
        guard (1...maximumCredentialBytes).contains(count), bytes.count - start >= count else {
            throw .authenticatorData
        }
        let keyStart = start + count
        let value: CBORValue
        do {
            var reader = try CBORReader(bytes, at: keyStart)
            value = try reader.next()
            offset = reader.offset
        } catch {
            throw .authenticatorData
        }
        return Credential(
            model: model,
            id: Array(bytes[start..<keyStart]),
            key: try PasskeyPublicKey(value),
            keyBytes: Array(bytes[keyStart..<offset])
        )
    }

    private static func skipExtensions(
        _ bytes: [UInt8],
        _ offset: inout Int
    ) throws(PasskeyFault) {
        do {
            var reader = try CBORReader(bytes, at: offset)
            guard case .map(let pairs) = try reader.next(), !pairs.isEmpty else {
                throw CBORError(message: "no extensions", offset: offset)
            }
            offset = reader.offset
        } catch {
            throw .authenticatorData
        }
    }
}
