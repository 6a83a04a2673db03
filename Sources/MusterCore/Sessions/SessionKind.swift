/// By what the owner of a session presents it, and so what it opens.
///
/// The kind is in the digest under which a session is kept: a token of the one kind, presented as one of the other, finds
/// nothing.
public enum SessionKind: Sendable, CaseIterable {
    /// A token, which programs send to the APIs.
    case token
    /// The console's cookie, which browsers send to its pages.
    case console
}

extension Digester {
    /// The digest under which the session of a token is kept.
    ///
    /// Every request with a token to the APIs asks this, so theirs is a plain SHA-256. That of the console's sessions is under the
    /// server's own key: whoever knows the cookie's value can write no text that has the same digest as a token, whatever
    /// bytes a header may carry.
    func digest(of token: Secret<String>, as kind: SessionKind) -> Digest {
        switch kind {
        case .token: digest(of: token)
        case .console:
            token.withExposedValue { keyedDigest(Array("console session ".utf8) + $0.utf8) }
        }
    }
}

/// The token of a session that is to begin, drawn before the transaction, which may be made twice.
struct SessionToken: Sendable {
    /// 64 lower-case hexadecimal characters, 256 random bits.
    let text: Secret<String>
    /// Under which the session is kept.
    let digest: Digest

    init(_ kind: SessionKind, _ access: DirectoryAccess) {
        text = Secret(Hex.text(access.random.bytes(32)))
        digest = access.digester.digest(of: text, as: kind)
    }
}
