import MusterCore
import Testing

extension StoreConformance {
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

    func accessKey(of user: User) -> String {
        accessKey(UInt8(truncatingIfNeeded: user.id.rawValue))
    }

    private func sessionDigest(of user: User) -> Digest {
        digest(UInt8(truncatingIfNeeded: user.id.rawValue))
    }
}
