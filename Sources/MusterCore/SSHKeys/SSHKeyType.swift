/// The kinds of public keys that OpenSSH servers in use accept.
///
/// `ssh-dss` is missing because OpenSSH has removed it, certificates because they are not keys of a user.
public enum SSHKeyType: String, CaseIterable, Sendable {
    /// RSA (RFC 4253 section 6.6).
    case rsa = "ssh-rsa"
    /// Ed25519 (RFC 8709).
    case ed25519 = "ssh-ed25519"
    /// ECDSA over NIST P-256 (RFC 5656).
    case ecdsa256 = "ecdsa-sha2-nistp256"
    /// ECDSA over NIST P-384 (RFC 5656).
    case ecdsa384 = "ecdsa-sha2-nistp384"
    /// ECDSA over NIST P-521 (RFC 5656).
    case ecdsa521 = "ecdsa-sha2-nistp521"
    /// Ed25519 on a security key (OpenSSH PROTOCOL.u2f).
    case securityKeyEd25519 = "sk-ssh-ed25519@openssh.com"
    /// ECDSA over NIST P-256 on a security key (OpenSSH PROTOCOL.u2f).
    case securityKeyECDSA256 = "sk-ecdsa-sha2-nistp256@openssh.com"
}

/// The curves of ECDSA keys.
public enum SSHCurve: String, Sendable {
    /// NIST P-256.
    case p256 = "nistp256"
    /// NIST P-384.
    case p384 = "nistp384"
    /// NIST P-521.
    case p521 = "nistp521"

    /// The bytes of an uncompressed point: 4, then X and Y.
    public var pointLength: Int {
        switch self {
        case .p256: 65
        case .p384: 97
        case .p521: 133
        }
    }
}

/// Knows elliptic curves.
///
/// A port, because it needs cryptography.
public protocol CurveChecker: Sendable {
    /// Whether an uncompressed point lies on a curve.
    func isPoint(_ bytes: [UInt8], on curve: SSHCurve) -> Bool
}
