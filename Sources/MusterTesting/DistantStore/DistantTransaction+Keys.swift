import MusterCore

extension DistantTransaction {
    func apiKey(_ accessKey: String) throws(MusterError) -> (owner: User, key: StoredAPIKey)? {
        try trip { () throws(MusterError) in try inner.apiKey(accessKey) }
    }

    func hasAPIKey(_ user: UserID) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in try inner.hasAPIKey(user) }
    }

    func replaceAPIKey(of user: UserID, with key: StoredAPIKey) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.replaceAPIKey(of: user, with: key) }
    }

    func removeAPIKey(of user: UserID) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.removeAPIKey(of: user) }
    }

    func noteKeyUse(_ uses: [UserID: Timestamp]) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.noteKeyUse(uses) }
    }

    func sshKeys(of user: UserID) throws(MusterError) -> [StoredSSHKey] {
        try trip { () throws(MusterError) in try inner.sshKeys(of: user) }
    }

    func addSSHKey(_ key: StoredSSHKey, to user: UserID) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in try inner.addSSHKey(key, to: user) }
    }

    func removeSSHKey(fingerprint: String, from user: UserID) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in
            try inner.removeSSHKey(fingerprint: fingerprint, from: user)
        }
    }
}
