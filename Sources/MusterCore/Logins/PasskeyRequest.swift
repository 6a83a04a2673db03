/// What a browser needs to have a passkey sign.
public struct PasskeyRequest: Sendable {
    /// Under which name the login is finished; nil if it has one already.
    public let handle: Secret<String>?
    /// What has to be signed.
    public let challenge: [UInt8]
    /// The site.
    public let site: RelyingParty
    /// By which keys; empty for any that its user picks.
    public let credentialIDs: [[UInt8]]
}

extension DirectoryRules {
    /// The site for which passkeys are; nil if the server's public address is not set or has no name, since keys are
    /// bound to names.
    var site: RelyingParty? {
        guard let publicURL, publicURL.hasName else { return nil }
        return RelyingParty(origin: publicURL.text, id: publicURL.host)
    }
}

extension DirectoryAccess {
    /// The site for which passkeys are.
    ///
    /// - Throws: ``MusterError`` with code `factor.passkeys_unavailable`.
    func requireSite() throws(MusterError) -> RelyingParty {
        guard let site = rules.site else {
            throw MusterError(
                .passkeysUnavailable,
                "Passkeys need the setting http.publicURL with a host name, such as https://muster.example.com."
            )
        }
        return site
    }
}

/// The handles of logins with a passkey alone, which strangers may ask for as often as they like.
///
/// Nothing is kept of them: a handle holds the challenge with its time, and the server's own digest of both. Only a
/// challenge that a right key has signed is kept, so that it is not taken twice.
struct PasskeyHandle {
    /// A challenge, and when it was made.
    struct Challenge: Sendable {
        let bytes: [UInt8]
        let issuedAt: Timestamp

        func isOpen(at now: Timestamp) -> Bool {
            !issuedAt.isFuture(at: now) && now < issuedAt.advanced(by: Ceremony.lifetime)
        }
    }

    private static let timeBytes = 8

    private let access: DirectoryAccess

    init(_ access: DirectoryAccess) {
        self.access = access
    }

    func begin() -> (handle: Secret<String>, challenge: [UInt8]) {
        let now = access.clock.now().rawValue
        let time = (0..<Self.timeBytes).map {
            UInt8(truncatingIfNeeded: now >> (56 - 8 * Int64($0)))
        }
        let challenge = time + access.random.bytes(Ceremony.secretBytes - Self.timeBytes)
        return (Secret(Hex.text(challenge + seal(challenge).bytes)), challenge)
    }

    /// The challenge in a handle; nil if this is none of these.
    func challenge(in handle: Secret<String>) -> Challenge? {
        let length = Ceremony.secretBytes + Digest.byteCount
        let bytes = handle.withExposedValue { text in
            Hex.isHex(text, count: length * 2) ? Hex.bytes(text) : nil
        }
        guard let bytes, bytes.count == length else { return nil }
        let challenge = Array(bytes[..<Ceremony.secretBytes])
        guard seal(challenge).matches(Digest(Array(bytes[Ceremony.secretBytes...]))) else {
            return nil
        }
        let time = challenge[..<Self.timeBytes].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        return Challenge(bytes: challenge, issuedAt: Timestamp(rawValue: time))
    }

    private func seal(_ challenge: [UInt8]) -> Digest {
        access.digester.keyedDigest(Array("passkey login ".utf8) + challenge)
    }
}
