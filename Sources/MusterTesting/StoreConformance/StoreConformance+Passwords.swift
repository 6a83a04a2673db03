import MusterCore
import Testing

extension StoreConformance {
    /// A password has one hash, and the former ones are remembered, so many and no more.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func passwords() async throws {
        try await formerPasswordsAreRemembered()
        try await rehashingIsNoChange()
        try await stampingIsNoChange()
        try await allHashes()
    }

    private func formerPasswordsAreRemembered() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        #expect(try await password(of: user, in: store) == nil)
        #expect(try await formerPasswords(of: user, in: store) == [])

        try await replacePassword(of: other, with: "other's", in: store)
        let count = PasswordPolicy.historyLength + 3
        for number in 1...count {
            try await replacePassword(of: user, with: "hash \(number)", in: store)
        }
        let stored = try #require(try await password(of: user, in: store))
        #expect(stored.hash.text == "hash \(count)")
        #expect(stored.isTemporary)
        #expect(stored.changedAt == now)
        let former = (1...PasswordPolicy.historyLength).map { PasswordHash("hash \(count - $0)") }
        #expect(try await formerPasswords(of: user, in: store) == former, "newest first, no more")
        #expect(try await password(of: other, in: store)?.hash.text == "other's")
        #expect(try await formerPasswords(of: other, in: store) == [])
    }

    private func stampingIsNoChange() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let nobody = UserID(rawValue: user.id.rawValue + 1)
        let later = now.advanced(by: .seconds(5))
        try await replacePassword(of: user, with: "old", in: store)
        _ = try await store.write { transaction throws(MusterError) in
            for id in [user.id, nobody] { try transaction.stampPassword(of: id, at: later) }
        }
        let stored = try #require(try await password(of: user, in: store))
        #expect(stored.changedAt == later)
        #expect(stored.hash.text == "old" && stored.isTemporary, "only the moment is another")
        #expect(try await formerPasswords(of: user, in: store) == [])
    }

    private func rehashingIsNoChange() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        try await replacePassword(of: user, with: "old", in: store)
        try await rehash(user, from: "old", to: "new", in: store)
        let stored = try #require(try await password(of: user, in: store))
        #expect(stored.hash.text == "new")
        #expect(stored.isTemporary, "rehashing changed more than the hash")
        #expect(
            try await formerPasswords(of: user, in: store) == [],
            "the same password is no former one"
        )
        try await rehash(user, from: "old", to: "newer", in: store)
        #expect(
            try await password(of: user, in: store)?.hash.text == "new",
            "the former hash was gone"
        )
    }

    private func allHashes() async throws {
        let (store, first) = try await makeStore(with: "jane@example.com")
        let second = try await insert(draft("other@example.com"), into: store)
        try await replacePassword(of: second, with: "second", in: store)
        try await replacePassword(of: first, with: "first", in: store)
        let (one, rest, none) = try await store.read(.bounded) { reader throws(MusterError) in
            (
                try reader.passwordHashes(after: nil, limit: 1),
                try reader.passwordHashes(after: first.id, limit: 9),
                try reader.passwordHashes(after: second.id, limit: 9)
            )
        }
        #expect(one.map(\.user) == [first.id] && one.map(\.hash) == [PasswordHash("first")])
        #expect(rest.map(\.user) == [second.id] && rest.map(\.hash) == [PasswordHash("second")])
        #expect(none.isEmpty)
    }

    private func replacePassword(
        of user: User,
        with text: String,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        let password = StoredPassword(hash: PasswordHash(text), isTemporary: true, changedAt: now)
        try await store.write { transaction throws(MusterError) in
            try transaction.replacePassword(of: user.id, with: password)
        }
    }

    private func rehash(
        _ user: User,
        from former: String,
        to hash: String,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        try await store.write { transaction throws(MusterError) in
            try transaction.rehashPassword(
                of: user.id,
                from: PasswordHash(former),
                to: PasswordHash(hash)
            )
        }
    }

    private func password(
        of user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) -> StoredPassword? {
        try await store.read(.bounded) { reader throws(MusterError) in
            try reader.password(of: user.id)
        }
    }

    private func formerPasswords(
        of user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) -> [PasswordHash] {
        try await store.read(.bounded) { reader throws(MusterError) in
            try reader.formerPasswords(of: user.id)
        }
    }
}
