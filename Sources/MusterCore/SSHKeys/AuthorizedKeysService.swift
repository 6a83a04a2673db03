/// Tells the machine's own OpenSSH server with which keys a user may come in.
///
/// It is asked for every attempt and answers from the store of that moment, so a key that was removed, or a
/// user who was disabled, is out at the next attempt. Where a client comes from is not asked here: the
/// lines carry the user's hosts, and sshd holds the client against them, and its clock against the expiry.
public struct AuthorizedKeysService: Sendable {
    private let access: DirectoryAccess
    private let policy: SSHKeyPolicy

    init(_ access: DirectoryAccess, curves: any CurveChecker) {
        self.access = access
        policy = access.rules.sshKeys(curves)
    }

    /// The lines of a user who is enabled and has not expired, in the order in which the keys were added.
    ///
    /// Whether the password is permitted makes no difference: a key is not a password. Each key has to pass
    /// today's policy again; one that was stored under a milder policy is left out.
    ///
    /// - Parameters:
    ///   - username: The login name, without regard to ASCII case.
    ///   - fingerprint: Only the key with this fingerprint, `SHA256:` and 43 characters; nil for all.
    ///   - type: Only keys of this type, such as `ssh-ed25519`; nil for all.
    /// - Returns: The lines; none if there is no such user or key.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func lines(
        of username: String,
        fingerprint: String? = nil,
        type: String? = nil
    ) async throws(MusterError) -> [AuthorizedKeysLine] {
        let now = access.clock.now()
        let found = try await access.store.read(.bounded) { reader throws(MusterError) in
            guard let user = try reader.user(.username(username)),
                user.refusal(by: .sshKey, at: now) == nil
            else {
                return nil as (user: User, keys: [StoredSSHKey])?
            }
            return (user, try reader.sshKeys(of: user.id))
        }
        guard let (user, keys) = found else { return [] }
        return keys.compactMap { stored in
            // Read again from the blob, which alone decides what the key is.
            guard let key = try? SSHPublicKey(stored.key.text, policy: policy),
                type.map({ $0 == key.type.rawValue }) ?? true,
                fingerprint.map({ $0 == access.fingerprint(of: key) }) ?? true
            else { return nil }
            return AuthorizedKeysLine(key, of: user)
        }
    }
}
