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
            lastSuccess: now.advanced(by: .seconds(-5))
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
        let found = try #require(try store.user(.id(user.id)))
        #expect(found.name == "New")
        #expect(found.logins == logins, "an update wrote the logins")
        #expect(found.lastKeyUse == now, "an update wrote the keys")
        #expect(found.groups == [group.uuid], "an update wrote the groups")

        try await store.write { transaction throws(MusterError) in
            try transaction.updateLogins(of: user.id, to: LoginRecord())
        }
        #expect(try store.user(.id(user.id))?.logins == LoginRecord())
    }

    func administratorsAreCounted() async throws {
        let store = try await makeStore()
        var first = draft("first@example.com")
        first.role = .administrator
        let administrator = try await insert(first, into: store)
        _ = try await insert(draft("basic@example.com"), into: store)
        #expect(try !hasAdministrator(otherThan: administrator, in: store))

        var second = draft("second@example.com")
        second.role = .administrator
        var other = try await insert(second, into: store)
        #expect(try hasAdministrator(otherThan: administrator, in: store))
        #expect(try hasAdministrator(otherThan: other, in: store))

        other.isEnabled = false
        try await update(other, in: store)
        #expect(try !hasAdministrator(otherThan: administrator, in: store), "disabled, yet counted")
        other.isEnabled = true
        other.role = .scanManager
        try await update(other, in: store)
        #expect(try !hasAdministrator(otherThan: administrator, in: store), "demoted, yet counted")
    }

    func writersAreCounted() async throws {
        let store = try await makeStore()
        var first = draft("first@example.com")
        first.masks = Masks(read: .max, write: 0b1010, liveview: .max)
        let writer = try await insert(first, into: store)
        first.username = Username(stored: "second@example.com")
        var other = try await insert(first, into: store)
        for (bits, isFound) in [(Int64(0b1000), true), (0b1010, true), (0b1100, false), (1, false)]
        {
            #expect(try hasWriter(of: bits, otherThan: writer, in: store) == isFound, "\(bits)")
        }
        other.isEnabled = false
        try await update(other, in: store)
        #expect(try !hasWriter(of: 0b1000, otherThan: writer, in: store), "disabled, yet counted")
        #expect(try hasWriter(of: 0b1000, otherThan: other, in: store))
        other.isEnabled = true
        other.masks.write = .max
        try await update(other, in: store)
        #expect(try hasWriter(of: .max, otherThan: writer, in: store))
    }

    private func hasWriter(
        of bits: Int64,
        otherThan user: User,
        in store: any DirectoryStore
    ) throws(MusterError) -> Bool {
        try store.read { reader throws(MusterError) in
            try reader.hasEnabledWriter(of: bits, otherThan: user.id)
        }
    }

    private func hasAdministrator(
        otherThan user: User,
        in store: any DirectoryStore
    ) throws(MusterError) -> Bool {
        try store.read { reader throws(MusterError) in
            try reader.hasEnabledAdministrator(otherThan: user.id)
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

        try store.read { reader throws(MusterError) in
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
