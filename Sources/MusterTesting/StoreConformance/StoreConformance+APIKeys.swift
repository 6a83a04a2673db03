import MusterCore
import Testing

extension StoreConformance {
    /// A user has one pair of API keys, found by its access key with the user as it is.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func apiKeys() async throws {
        try await oneKeyIsValid()
        try await laterKeyUsesWin()
        try await keysAreLookedUpAsTheyAre()
    }

    /// What a change has read of a key is not so any more once it has written something that it speaks of.
    private func keysAreLookedUpAsTheyAre() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        try await replaceKey(of: user, with: 0xAA, in: store)
        let (former, next) = (accessKey(0xAA), accessKey(0xCC))
        let key = StoredAPIKey(accessKey: next, secretDigest: digest(0xCC), createdAt: now)
        let (draft, uuid, now) = (draft("other@example.com"), nextUUID(), now)
        var disabled = user
        disabled.isEnabled = false
        let seen = try await store.write { [disabled] transaction throws(MusterError) in
            var seen = [try transaction.apiKey(former)?.owner.isEnabled]
            _ = try transaction.insertUser(draft, uuid: uuid, at: now)
            seen.append(try transaction.apiKey(former)?.owner.isEnabled)
            try transaction.updateUser(disabled, at: now)
            seen.append(try transaction.apiKey(former)?.owner.isEnabled)
            try transaction.replaceAPIKey(of: user.id, with: key)
            seen.append(try transaction.apiKey(former)?.owner.isEnabled)
            seen.append(try transaction.apiKey(next)?.owner.isEnabled)
            return seen
        }
        #expect(seen == [true, true, false, nil, false])
    }

    private func oneKeyIsValid() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        try await replaceKey(of: user, with: 0xAA, in: store)
        try await replaceKey(of: other, with: 0xBB, in: store)
        let found = try #require(try await key(accessKey(0xAA), in: store))
        #expect(found.owner == user)
        #expect(found.key.accessKey == accessKey(0xAA))
        #expect(found.key.secretDigest.bytes == digest(0xAA).bytes)
        #expect(found.key.createdAt == now)

        let third = try await insert(draft("third@example.com"), into: store)
        let haveKeys = try await store.read(.bounded) { reader throws(MusterError) in
            try [user, other, third].map { user throws(MusterError) in
                try reader.hasAPIKey(user.id)
            }
        }
        #expect(haveKeys == [true, true, false])

        try await replaceKey(of: user, with: 0xCC, in: store)
        #expect(try await key(accessKey(0xAA), in: store) == nil, "the former pair still signs in")
        #expect(try await key(accessKey(0xCC), in: store)?.owner.id == user.id)
        #expect(try await key(accessKey(0xBB), in: store)?.owner.id == other.id)
        for text in [
            "", "%", accessKey(0xCC).uppercased(), accessKey(0xCC) + "\0", accessKey(0xDD),
        ] {
            #expect(try await key(text, in: store) == nil, "\(text.debugDescription) found a pair")
        }

        var disabled = user
        disabled.isEnabled = false
        try await update(disabled, in: store)
        #expect(
            try await key(accessKey(0xCC), in: store)?.owner == disabled,
            "the owner is not as it is"
        )
    }

    private func laterKeyUsesWin() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        let later = now.advanced(by: .seconds(20))
        let gone = UserID(rawValue: other.id.rawValue + 1)
        for moment in [now, later, now.advanced(by: .seconds(-20))] {
            try await store.write { transaction throws(MusterError) in
                try transaction.noteKeyUse([user.id: moment, gone: moment])
            }
        }
        #expect(try await store.user(.id(user.id))?.lastKeyUse == later)
        #expect(try await store.user(.id(other.id))?.lastKeyUse == nil)
    }

    private func replaceKey(
        of user: User,
        with byte: UInt8,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        let key = StoredAPIKey(
            accessKey: accessKey(byte),
            secretDigest: digest(byte),
            createdAt: now
        )
        try await store.write { transaction throws(MusterError) in
            try transaction.replaceAPIKey(of: user.id, with: key)
        }
    }

    private func key(
        _ accessKey: String,
        in store: any DirectoryStore
    ) async throws(MusterError) -> (owner: User, key: StoredAPIKey)? {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.apiKey(accessKey)
        }
    }
}
