import MusterCore
import TextBytes

/// What the cookie holds that says in whose name an administrator acts: the name, and the server's own digest of it and of
/// the session.
///
/// So it counts in the session alone in which the page gave it, after the proof that it asks for: whoever has stolen a
/// session cannot write it. Nothing is kept of it, and it ends with the session.
struct ActingCookie {
    private let session: Digest
    private let digester: any Digester

    /// That of a caller's session; nil for who has none.
    init?(of principal: Principal, _ digester: any Digester) {
        guard let session = principal.sessionDigest else { return nil }
        self.session = session
        self.digester = digester
    }

    /// The value for a login name.
    func value(for name: String) -> String {
        // As digits, since no cookie's value has all the signs that a login name may have.
        Hex.text(digest(of: name).bytes) + Hex.text(Array(name.utf8))
    }

    /// The login name in a value; nil if this server did not give it in this session.
    func name(in value: String) -> String? {
        let length = Digest.byteCount
        guard value.utf8.count <= (length + TextLimit.username) * 2,
            let bytes = Hex.bytes(value), bytes.count > length,
            let name = String(validating: bytes.dropFirst(length), as: UTF8.self),
            digest(of: name).matches(Digest(Array(bytes.prefix(length))))
        else { return nil }
        return name
    }

    private func digest(of name: String) -> Digest {
        digester.keyedDigest(Array("console acting ".utf8) + session.bytes + name.utf8)
    }
}
