import MusterCore

/// What proves that a form was sent from a page of the same session: the server's own digest of the session.
///
/// Nothing is kept of it, and it ends with the session.
struct FormToken {
    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// The token of a caller's forms; nil for who has no session.
    func text(for principal: Principal?) -> String? {
        digest(for: principal).map { Hex.text($0.bytes) }
    }

    /// The token of the forms of a session that has just begun.
    func text(forNew session: IssuedSession) -> String {
        Hex.text(keyed(session.digest).bytes)
    }

    /// Whether a form has the token of the caller's session.
    func isRight(_ token: String, for principal: Principal?) -> Bool {
        guard let digest = digest(for: principal),
            Hex.isHex(token, count: Digest.byteCount * 2), let bytes = Hex.bytes(token)
        else { return false }
        return digest.matches(Digest(bytes))
    }

    private func digest(for principal: Principal?) -> Digest? {
        principal?.sessionDigest.map(keyed)
    }

    private func keyed(_ session: Digest) -> Digest {
        directory.digester.keyedDigest(Array("console form ".utf8) + session.bytes)
    }
}
