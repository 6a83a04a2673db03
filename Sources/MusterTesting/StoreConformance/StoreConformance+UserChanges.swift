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
}
