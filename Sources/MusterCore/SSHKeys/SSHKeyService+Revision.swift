/// What becomes of a user's public keys, from those that there are.
public typealias SSHKeyRevision =
    @Sendable ([StoredSSHKey]) throws(MusterError) -> [StoredSSHKey]

extension DirectoryAccess {
    /// Gives a user other public keys, with one record of all that came and went.
    ///
    /// - Returns: What is told of it when it is committed.
    /// - Throws: ``MusterError`` with code `ssh_key.too_many`, `access.escalation`, `store.unavailable`, or what `revise`
    ///   throws.
    func reviseSSHKeys(
        of user: User,
        by caller: Principal,
        in transaction: any DirectoryTransaction,
        _ revise: SSHKeyRevision
    ) throws(MusterError) -> [AccountNews] {
        let before = try transaction.sshKeys(of: user.id)
        let after = try revise(before)
        func lacks(_ keys: [StoredSSHKey], _ key: StoredSSHKey) -> Bool {
            !keys.contains { $0.fingerprint == key.fingerprint }
        }
        let gone = before.filter { lacks(after, $0) }
        let new = after.filter { lacks(before, $0) }
        guard !gone.isEmpty || !new.isEmpty else { return [] }
        try caller.requirePower(over: user)
        guard after.count <= SSHKeyPolicy.maximumKeysPerUser else { throw SSHKeyPolicy.tooMany }
        if !new.isEmpty, try transaction.lacksProof(of: caller, toLetIn: user, self) {
            throw OwnConfirmation.refusal(nil, to: "log in again")
        }
        for key in gone {
            _ = try transaction.removeSSHKey(fingerprint: key.fingerprint, from: user.id)
        }
        for key in new { _ = try transaction.addSSHKey(key, to: user.id) }
        let (went, came) = (gone.map(\.fingerprint), new.map(\.fingerprint))
        let fields =
            went.map { AuditField("ssh_key.removed", $0) }
            + came.map { AuditField("ssh_key.added", $0) }
        try transaction.appendAuditEvent(
            event(.userUpdate, by: caller, on: AuditParty(user), fields: fields)
        )
        return (came.isEmpty ? [] : [.sshKeysAdded(came)])
            + (went.isEmpty ? [] : [.sshKeysRemoved(went)])
    }
}
