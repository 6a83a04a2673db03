import MusterCore

extension MemoryStore {
    /// What the store holds, so that a test can show that nothing was changed.
    ///
    /// Left out is what refused attempts leave behind: their records, and their counts by source.
    public func contents() -> StoreContents {
        let state = present
        var lines = ["revision \(state.revision)"]
        lines += state.passwords.map { user, password in
            "password \(user.rawValue) \(password.hash.text) \(password.isTemporary)"
        }
        lines += state.apiKeys.map { user, key in
            "api key \(user.rawValue) \(key.accessKey) \(Hex.text(key.secretDigest.bytes))"
        }
        lines += state.sessions.values.map { session in
            "session \(Hex.text(session.digest.bytes)) \(session.user.rawValue)"
        }
        lines += state.sshKeys.flatMap { user, keys in
            keys.map { "ssh key \(user.rawValue) \($0.fingerprint)" }
        }
        lines += state.persons.map { user, person in
            "person \(user.rawValue) \(person.externalID ?? "none") \(person.document)"
        }
        lines += state.codes.map { user, code in
            "code \(user.rawValue) \(Hex.text(code.digest.bytes)) \(code.triesLeft)"
        }
        lines += state.factors.values.map {
            "factor \($0.id.rawValue) \($0.user.rawValue) \($0.label)"
        }
        lines += state.recoveryCodes.map {
            "recovery code \(Hex.text($0.key)) \($0.value.rawValue)"
        }
        lines += state.ceremonies.values.map {
            "ceremony \(Hex.text($0.digest.bytes)) \($0.user.rawValue)"
        }
        lines += state.members.flatMap { group, users in
            users.map { "member \(group.rawValue) \($0.rawValue)" }
        }
        lines += state.auditEvents.filter { !$0.isFailure }.map { event in
            "record \(event.id) \(event.action.rawValue)"
        }
        return StoreContents(users: state.users, groups: state.groups, lines: lines.sorted())
    }
}
