import MusterCore

extension MemoryTransaction {
    func sshKeys(of user: UserID) throws(MusterError) -> [StoredSSHKey] {
        state.sshKeys[user] ?? []
    }

    func addSSHKey(_ key: StoredSSHKey, to user: UserID) throws(MusterError) -> Bool {
        try requireUser(user)
        let keys = state.sshKeys[user, default: []]
        guard !keys.contains(where: { $0.fingerprint == key.fingerprint }) else { return false }
        state.sshKeys[user] = keys + [key]
        growRevision()
        return true
    }

    func removeSSHKey(fingerprint: String, from user: UserID) throws(MusterError) -> Bool {
        let keys = state.sshKeys[user, default: []]
        let others = keys.filter { $0.fingerprint != fingerprint }
        guard others.count < keys.count else { return false }
        state.sshKeys[user] = others
        growRevision()
        return true
    }
}
