import MusterCore

extension MemoryStore {
    /// What the store holds, a line for each thing, so that a test can show that nothing was changed.
    ///
    /// Left out is what refused attempts leave behind: their records, and their counts by source.
    public func contents() -> [String] {
        let state = present
        var lines = ["revision \(state.revision)"]
        lines += state.users.values.map { "user \($0)" }
        lines += state.passwords.map { "password \($0) \($1.hash.text) \($1.isTemporary)" }
        lines += state.apiKeys.map { "api key \($0) \($1.accessKey) \($1.secretDigest.bytes)" }
        lines += state.sessions.values.map { "session \($0.digest.bytes) \($0.user)" }
        lines += state.sshKeys.flatMap { user, keys in
            keys.map { "ssh key \(user) \($0.fingerprint)" }
        }
        lines += state.codes.map { "code \($0) \($1.digest.bytes) \($1.triesLeft)" }
        lines += state.groups.values.map { "group \($0)" }
        lines += state.members.flatMap { group, users in users.map { "member \(group) \($0)" } }
        lines += state.auditEvents.filter { !$0.isFailure }.map { "record \($0.id) \($0.action)" }
        return lines.sorted()
    }
}
