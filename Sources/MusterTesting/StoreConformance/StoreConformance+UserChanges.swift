import MusterCore
import Testing

extension StoreConformance {
    func updatesLeaveTheRest() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let group = try await insertGroup("Team", into: store)
        let logins = LoginRecord(
            failureCount: 3,
            failureTotal: 9,
            lastFailure: now,
            lastSuccess: now.advanced(by: .seconds(-5)),
            lastClosing: now.advanced(by: .seconds(-1))
        )
        let now = now
        try await store.write { transaction throws(MusterError) in
            try transaction.updateLogins(of: user.id, to: logins)
            try transaction.noteKeyUse([user.id: now])
            _ = try transaction.addMember(user.id, to: group.id)
        }
        var stale = user
        stale.name = "New"
        try await update(stale, in: store)
        let found = try #require(try await store.user(.id(user.id)))
        #expect(found.name == "New")
        #expect(found.logins == logins, "an update wrote the logins")
        #expect(found.lastKeyUse == now, "an update wrote the keys")
        #expect(found.groups == [group.uuid], "an update wrote the groups")

        try await store.write { transaction throws(MusterError) in
            try transaction.updateLogins(of: user.id, to: LoginRecord())
        }
        #expect(try await store.user(.id(user.id))?.logins == LoginRecord())
    }

    /// Whoever could administer now is counted: enabled, with a key or password, and permitted to use it.
    func administratorsAreCounted() async throws {
        for kind in [Counted.administrator, .writer] {
            let store = try await makeStore()
            let first = try await insert(kind.draft("first@example.com"), into: store)
            _ = try await insert(draft("basic@example.com"), into: store)
            var other = try await insert(kind.draft("second@example.com"), into: store)
            #expect(
                try await !kind.exists(besides: first, in: store),
                "nothing to come in with, yet counted"
            )

            try await giveKey(to: other, in: store)
            #expect(try await kind.exists(besides: first, in: store))
            #expect(try await !kind.exists(besides: other, in: store))
            other.authorizations.api = false
            try await update(other, in: store)
            #expect(
                try await !kind.exists(besides: first, in: store),
                "no keys permitted, yet counted"
            )

            try await givePassword(to: other, in: store)
            #expect(try await kind.exists(besides: first, in: store))
            other.authorizations.password = false
            try await update(other, in: store)
            #expect(try await !kind.exists(besides: first, in: store), "shut out, yet counted")

            other.authorizations.api = true
            other.inactivityTimeout = .seconds(60)
            try await update(other, in: store)
            #expect(
                try await !kind.exists(besides: first, in: store),
                "its key may rest, yet counted"
            )
            other.inactivityTimeout = .zero
            other.expiresAt = Expiry.last
            try await update(other, in: store)
            #expect(try await !kind.exists(besides: first, in: store), "it expires, yet counted")
            other.expiresAt = nil
            other.isEnabled = false
            try await update(other, in: store)
            #expect(try await !kind.exists(besides: first, in: store), "disabled, yet counted")
            other.isEnabled = true
            other.role = .scanManager
            other.masks.write = Int64.max & ~Resource.users.bit
            try await update(other, in: store)
            #expect(try await !kind.exists(besides: first, in: store), "demoted, yet counted")
        }
    }

    /// Who is counted.
    private enum Counted {
        case administrator
        case writer

        func draft(_ name: String) -> UserDraft {
            var draft = UserDraft(username: Username(stored: name))
            if case .administrator = self {
                draft.role = .administrator
            } else {
                draft.masks.write = Resource.users.bit
            }
            return draft
        }

        func exists(
            besides user: User,
            in store: any DirectoryStore
        ) async throws(MusterError) -> Bool {
            try await store.read(.bounded) { reader throws(MusterError) in
                switch self {
                case .administrator: try reader.hasAdministrator(otherThan: user.id)
                case .writer: try reader.hasUserWriter(otherThan: user.id)
                }
            }
        }
    }

    private func giveKey(
        to user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        let key = StoredAPIKey(accessKey: accessKey(7), secretDigest: digest(7), createdAt: now)
        try await store.write { transaction throws(MusterError) in
            try transaction.replaceAPIKey(of: user.id, with: key)
        }
    }

    private func givePassword(
        to user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        let password = StoredPassword(
            hash: PasswordHash("hash"),
            isTemporary: false,
            changedAt: now
        )
        try await store.write { transaction throws(MusterError) in
            try transaction.replacePassword(of: user.id, with: password)
        }
    }

    func deletionTakesEverything() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        let group = try await insertGroup("Team", into: store)
        for owner in [user, other] {
            try await giveBelongings(to: owner, in: group, store)
        }
        try await store.delete(user)

        try await store.read(.bounded) { reader throws(MusterError) in
            #expect(try reader.user(.id(user.id)) == nil)
            #expect(try reader.user(.uuid(user.uuid)) == nil)
            #expect(try reader.user(.username("jane@example.com")) == nil)
            #expect(try reader.password(of: user.id) == nil)
            #expect(try reader.formerPasswords(of: user.id) == [])
            #expect(try reader.verificationCode(of: user.id) == nil)
            #expect(try reader.apiKey(accessKey(of: user)) == nil)
            #expect(try reader.session(sessionDigest(of: user)) == nil)
            #expect(try reader.group(.id(group.id))?.userCount == 1)

            #expect(try reader.password(of: other.id) != nil, "deletion took from another user")
            #expect(try reader.formerPasswords(of: other.id).count == 1)
            #expect(try reader.verificationCode(of: other.id) != nil)
            #expect(try reader.apiKey(accessKey(of: other))?.owner.id == other.id)
            #expect(try reader.session(sessionDigest(of: other))?.user == other.id)
        }
    }

    private func giveBelongings(
        to user: User,
        in group: Group,
        _ store: any DirectoryStore
    ) async throws(MusterError) {
        let now = now
        let key = StoredAPIKey(
            accessKey: accessKey(of: user),
            secretDigest: digest(1),
            createdAt: now
        )
        let session = Session(
            digest: sessionDigest(of: user),
            user: user.id,
            createdAt: now,
            lastSeenAt: now,
            address: nil
        )
        let code = VerificationCode(
            digest: digest(2),
            purpose: .login,
            issuedAt: now,
            triesLeft: 5
        )
        try await store.write { transaction throws(MusterError) in
            for text in ["first", "second"] {
                try transaction.replacePassword(
                    of: user.id,
                    with: StoredPassword(
                        hash: PasswordHash(text),
                        isTemporary: false,
                        changedAt: now
                    )
                )
            }
            try transaction.replaceAPIKey(of: user.id, with: key)
            try transaction.insertSession(session)
            try transaction.replaceVerificationCode(of: user.id, with: code)
            _ = try transaction.addMember(user.id, to: group.id)
        }
    }

    private func accessKey(of user: User) -> String {
        accessKey(UInt8(truncatingIfNeeded: user.id.rawValue))
    }

    private func sessionDigest(of user: User) -> Digest {
        digest(UInt8(truncatingIfNeeded: user.id.rawValue))
    }
}
