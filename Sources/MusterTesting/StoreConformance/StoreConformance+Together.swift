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
            let passwords = try reader.passwords(of: both)
            #expect(passwords.keys.map(\.self) == [other.id])
            #expect(passwords[other.id]?.isTemporary == true)
            #expect(try reader.passwords(of: []).isEmpty)
            #expect(try reader.sshKeys(of: both).isEmpty)
            #expect(try reader.groups([UUID(), group.uuid]) == [group])
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
        try await store.write { transaction throws(MusterError) in
            try transaction.endSession(digest, because: .loggedOut, at: now)
        }
        let gone = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.sessionHolder(digest) == nil
        }
        #expect(gone)
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
