import FoundationEssentials
import MusterCore
import Testing

extension StoreConformance {
    /// What is asked in one look is what the single looks find.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func together() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("john@example.com"), into: store)
        try await ofManyUsers(user, other, in: store)
        try await ofOneSession(user, in: store)
        try await ofOnePassword(user, in: store)
        try await ofOneLogin(user, in: store)
        try await ofManyEvents(store)
    }

    private func ofManyUsers(
        _ user: User,
        _ other: User,
        in store: any DirectoryStore
    ) async throws {
        let now = now
        let password = StoredPassword(hash: PasswordHash("a"), isTemporary: true, changedAt: now)
        let (both, group) = try await store.write { transaction throws(MusterError) in
            try transaction.replacePassword(of: other.id, with: password)
            for byte in UInt8(1)...2 {
                let key = SSHPublicKey(stored: .ed25519, blob: [byte])
                let stored = StoredSSHKey(key: key, fingerprint: "SHA256:\(byte)", addedAt: now)
                _ = try transaction.addSSHKey(stored, to: other.id)
            }
            let addresses = ["home@example.org", "also@example.org"]
            let person = Person(externalID: "A-1", otherAddresses: addresses)
            try transaction.replacePerson(of: user.id, with: person)
            let group = try transaction.insertGroup(
                uuid: UUID(),
                name: "Night",
                isManagedBySAML: nil,
                externalID: nil,
                at: now
            )
            return ([user.id, other.id], group)
        }
        try await store.read(.bounded) { reader throws(MusterError) in
            #expect(try reader.sshKeys(of: other.id).count == 2)
            let all = try reader.belongings(of: both, withPasswords: true)
            let own = try reader.password(of: user.id)
            #expect(all[user.id]?.password?.hash.text == own?.hash.text)
            #expect(all[other.id]?.password?.isTemporary == true)
            for id in both {
                #expect((all[id]?.keys ?? []) == (try reader.sshKeys(of: id)))
                #expect(all[id]?.person == (try reader.person(of: id)))
            }
            let others = try reader.belongings(of: both, withPasswords: false)
            #expect(others.values.allSatisfy { $0.password == nil })
            #expect(try reader.belongings(of: [], withPasswords: true).isEmpty)
            #expect(try reader.groups([UUID(), group.uuid]) == [group])
        }
        _ = try await store.write { transaction throws(MusterError) in
            try transaction.addMember(other.id, to: group.id)
        }
        for user in [user, other] { try await ofOneAccount(user, in: store) }
    }

    private func ofOneAccount(_ user: User, in store: any DirectoryStore) async throws {
        try await store.read(.bounded) { reader throws(MusterError) in
            let present = try reader.user(.id(user.id))
            let groups = try reader.groups(present?.groups ?? [])
            let person = try reader.person(of: user.id)
            let keys = try reader.sshKeys(of: user.id)
            for reference: UserReference in [
                .id(user.id), .uuid(user.uuid), .username(user.username.text),
            ] {
                for withKeys in [false, true] {
                    let account = try reader.personalAccount(reference, withKeys: withKeys)
                    #expect(account?.user == present)
                    #expect(account?.person == person)
                    #expect(account?.groups == groups)
                    #expect(account?.keys == (withKeys ? keys : nil))
                }
            }
            for reference: UserReference in [
                .id(UserID(rawValue: 99)), .uuid(UUID()), .username("nobody"),
                .username("jane@example.com\0"), .username(""),
            ] { #expect(try reader.personalAccount(reference, withKeys: true) == nil) }
        }
    }

    private func ofOneSession(_ user: User, in store: any DirectoryStore) async throws {
        let now = now
        let (digest, unknown) = (digest(1), digest(2))
        try await store.write { transaction throws(MusterError) in
            try transaction.insertSession(
                Session(
                    digest: digest,
                    user: user.id,
                    createdAt: now,
                    lastSeenAt: now,
                    address: nil
                )
            )
        }
        for isTemporary in [nil, true, false] {
            if let isTemporary {
                try await store.write { transaction throws(MusterError) in
                    let hash = PasswordHash("\(isTemporary)")
                    try transaction.replacePassword(
                        of: user.id,
                        with: StoredPassword(hash: hash, isTemporary: isTemporary, changedAt: now)
                    )
                }
            }
            // Asked twice, since a store may remember what it was asked.
            for _ in 0..<2 {
                let found = try await store.read(.bounded) { reader throws(MusterError) in
                    #expect(try reader.sessionHolder(unknown) == nil)
                    return try reader.sessionHolder(digest)
                }
                #expect(found?.owner == user)
                #expect(found?.session.user == user.id)
                #expect(found?.session.createdAt == now)
                #expect(found?.mustChangePassword == (isTemporary ?? false))
            }
        }
        try await withFactor(of: user, in: store) { hasFactor in
            for _ in 0..<2 {
                let found = try await store.read(.bounded) { reader throws(MusterError) in
                    try reader.sessionHolder(digest)
                }
                #expect(found?.hasFactor == hasFactor)
            }
        }
        try await store.write { transaction throws(MusterError) in
            try transaction.endSession(digest, because: .loggedOut, at: now)
        }
        let gone = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.sessionHolder(digest) == nil
        }
        #expect(gone)
    }

    private func ofOnePassword(_ user: User, in store: any DirectoryStore) async throws {
        let now = now
        let (group, stranger) = try await store.write { transaction throws(MusterError) in
            let draft = UserDraft(username: Username(stored: "stranger@example.com"))
            let stranger = try transaction.insertUser(draft, uuid: UUID(), at: now)
            let group = try transaction.insertGroup(
                uuid: UUID(),
                name: "Day",
                isManagedBySAML: nil,
                externalID: nil,
                at: now
            )
            _ = try transaction.addMember(user.id, to: group.id)
            return (group, stranger.id)
        }
        // Asked twice each time, since a store may remember what it was asked.
        func holder() async throws -> PasswordHolder? {
            var found: PasswordHolder?
            for _ in 0..<2 {
                found = try await store.read(.bounded) { reader throws(MusterError) in
                    #expect(try reader.passwordHolder(stranger) == nil, "it has no password")
                    #expect(try reader.passwordHolder(UserID(rawValue: .max)) == nil)
                    return try reader.passwordHolder(user.id)
                }
                #expect(found?.owner.id == user.id && found?.owner.groups == [group.uuid])
            }
            return found
        }
        for isTemporary in [true, false] {
            let changedAt = now.advanced(by: .seconds(isTemporary ? 1 : 2))
            try await store.write { transaction throws(MusterError) in
                try transaction.replacePassword(
                    of: user.id,
                    with: StoredPassword(
                        hash: PasswordHash("\(changedAt)"),
                        isTemporary: isTemporary,
                        changedAt: changedAt
                    )
                )
            }
            let found = try await holder()
            #expect(found?.isTemporary == isTemporary && found?.changedAt == changedAt)
            #expect(found?.hasFactor == false)
        }
        try await withFactor(of: user, in: store) { hasFactor in
            let found = try await holder()
            #expect(found?.hasFactor == hasFactor)
        }
        let later = now.advanced(by: .seconds(3))
        try await store.write { transaction throws(MusterError) in
            try transaction.stampPassword(of: user.id, at: later)
            _ = try transaction.removeMember(user.id, from: group.id)
            try transaction.deleteUser(stranger)
        }
        let found = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.passwordHolder(user.id)
        }
        #expect(found?.changedAt == later && found?.owner.groups == [])
    }

    /// Gives a user an app, has it confirmed, and takes it away again; tells each time whether it counts.
    private func withFactor(
        of user: User,
        in store: any DirectoryStore,
        _ look: (Bool) async throws -> Void
    ) async throws {
        let now = now
        let key = Secret([UInt8](repeating: 1, count: 20))
        var app = try await store.write { transaction throws(MusterError) in
            let waiting = TimeCodeSecret(key: key, triesLeft: 3)
            return try transaction.insertFactor(
                .timeCode(waiting),
                of: user.id,
                label: "App",
                at: now
            )
        }
        try await look(false)
        app.proof = .timeCode(TimeCodeSecret(key: key))
        let confirmed = app
        try await store.write { transaction throws(MusterError) in
            try transaction.updateFactor(confirmed)
        }
        try await look(true)
        try await store.write { transaction throws(MusterError) in
            try transaction.deleteFactor(confirmed.id)
        }
        try await look(false)
    }

    private func ofOneLogin(_ user: User, in store: any DirectoryStore) async throws {
        let now = now
        let (source, other) = (LoginSource(stored: "one"), LoginSource(stored: "other"))
        let record = LoginSourceRecord(failureCount: 2, lastFailure: now)
        try await store.write { transaction throws(MusterError) in
            try transaction.replaceLoginSource(other, of: user.id, with: record)
        }
        try await store.read(.bounded) { reader throws(MusterError) in
            let facts = try reader.loginFacts(
                of: .username("JANE@example.com"),
                from: [source, other]
            )
            #expect(facts?.user == user)
            #expect(facts?.password != nil)
            #expect(facts?.records == [LoginSourceRecord(), record])
            #expect(try reader.loginFacts(of: .username("nobody"), from: [source]) == nil)
        }
    }

    private func ofManyEvents(_ store: any DirectoryStore) async throws {
        let now = now
        let events = ["1", "2"].map { number in
            AuditEvent(
                id: String(repeating: "0", count: 31) + number,
                at: now,
                action: .userUpdate,
                isFailure: false,
                actor: nil,
                impersonated: nil,
                address: nil,
                requestID: "request",
                target: nil,
                fields: []
            )
        }
        try await store.write { transaction throws(MusterError) in
            try transaction.appendAuditEvents(events)
            try transaction.appendAuditEvents([])
        }
        let found = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.auditEvents(AuditQuery())
        }
        #expect(found == events)
    }
}
