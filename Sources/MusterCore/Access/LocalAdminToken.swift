/// The token of a command on the files of a stopped directory, which signs in past every rule of the
/// other methods.
///
/// Whoever may write to the data folder could change the database with any tool. Coming in here instead,
/// they change it by the directory's own rules and leave their trace in the audit log, even where every
/// administrator is shut out. The token is made for each command alone, is known to no other process, and is
/// never stored; a server that is reached over the network is built without it.
public struct LocalAdminToken: Sendable {
    /// The token: 64 lower-case hexadecimal characters, 256 random bits.
    public let token: Secret<String>

    private let digest: Digest

    /// Makes a token.
    init(_ random: any RandomSource, _ digester: any Digester) {
        token = Secret(Hex.text(random.bytes(32)))
        digest = digester.digest(of: token)
    }

    /// Whether this is the digest of the token.
    func opens(to digest: Digest) -> Bool {
        self.digest.matches(digest)
    }
}

extension Principal {
    /// What the audit log says of the method, if it is not one of the usual ones, and of an address that was told.
    var auditFields: [AuditField] {
        let dialect = policy.auditName.map { [AuditField("via", $0)] } ?? []
        let fields = dialect + origin.auditFields
        guard case .local = method else { return fields }
        return [AuditField("method", "data folder")] + fields
    }
}
