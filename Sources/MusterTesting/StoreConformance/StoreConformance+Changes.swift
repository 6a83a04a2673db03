import MusterCore
import Testing

extension StoreConformance {
    /// A change is made whole or not at all, one after the other, and is seen by every read that begins
    /// after it was acknowledged.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func changes() async throws {
        try await failedChangesLeaveNothing()
        try await changesSeeThemselves()
        try await changesComeOneAfterTheOther()
        try await failuresHarmNoNeighbour()
        try await namesakesAreRefused()
    }

    private func failedChangesLeaveNothing() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let (uuid, groupUUID, now) = (nextUUID(), nextUUID(), now)
        let refusal = await failure {
            try await store.write { transaction throws(MusterError) in
                let other = UserDraft(username: Username(stored: "other@example.com"))
                let inserted = try transaction.insertUser(other, uuid: uuid, at: now)
                let group = try transaction.insertGroup(
                    uuid: groupUUID,
                    name: "Team",
                    isManagedBySAML: nil,
                    externalID: nil,
                    at: now
                )
                _ = try transaction.addMember(inserted.id, to: group.id)
                try transaction.deleteUser(user.id)
                throw MusterError(.ownAccount, "on second thoughts")
            }
        }
        #expect(refusal?.code == .ownAccount && refusal?.message == "on second thoughts")
        #expect(try await store.user(.id(user.id)) == user)
        #expect(try await store.userCount() == 1)
        let groups = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.groups()
        }
        #expect(groups == [])

        let taken = await failure {
            try await store.write { transaction throws(MusterError) in
                try transaction.updateLogins(of: user.id, to: LoginRecord(failureCount: 9))
                let same = UserDraft(username: user.username)
                _ = try transaction.insertUser(same, uuid: uuid, at: now)
            }
        }
        #expect(taken?.code == .userAlreadyExists)
        #expect(try await store.user(.id(user.id)) == user, "part of a failed change is seen")
    }

    private func changesSeeThemselves() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let now = now
        let (seen, count) = try await store.write { transaction throws(MusterError) in
            var changed = user
            changed.name = "Jane"
            try transaction.updateUser(changed, at: now)
            let seen = try transaction.user(.id(user.id))
            try transaction.deleteUser(user.id)
            return (seen, try transaction.userCount())
        }
        #expect(seen?.name == "Jane" && count == 0)
    }

    private func changesComeOneAfterTheOther() async throws {
        let store = try await makeStore()
        let count = 200
        let users = try await withThrowingTaskGroup(of: User.self) { group in
            for _ in 0..<count {
                group.addTask { try await insertNext(into: store) }
            }
            return try await group.reduce(into: [User]()) { $0.append($1) }
        }
        #expect(users.count == count)
        #expect(Set(users.map(\.id)).count == count, "a number was given twice")
        let names = Set(users.map(\.username.text))
        #expect(names == Set((0..<count).map { "user\($0)@example.com" }), "a change was not seen")
        #expect(try await store.userCount() == count)
    }

    /// Creates a user whose name is the count of those before it, and reads it back at once.
    private func insertNext(into store: any DirectoryStore) async throws -> User {
        let (uuid, now) = (nextUUID(), now)
        let user = try await store.write { transaction throws(MusterError) in
            let name = "user\(try transaction.userCount())@example.com"
            let draft = UserDraft(username: Username(stored: name))
            return try transaction.insertUser(draft, uuid: uuid, at: now)
        }
        let found = try await store.user(.id(user.id))
        #expect(found == user, "an acknowledged change is not seen")
        return user
    }

    private func failuresHarmNoNeighbour() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let outcomes = await withTaskGroup(of: MusterError?.self) { group in
            for number in 0..<100 {
                group.addTask {
                    await failure {
                        try await store.write { transaction throws(MusterError) in
                            let user = try transaction.user(.id(user.id)) ?? user
                            var logins = user.logins
                            logins.failureTotal += 1
                            try transaction.updateLogins(of: user.id, to: logins)
                            guard number.isMultiple(of: 2) else { throw .noSuchUser }
                        }
                    }
                }
            }
            return await group.reduce(into: [MusterError?]()) { $0.append($1) }
        }
        #expect(outcomes.count == 100)
        #expect(outcomes.count { $0?.code == .userNotFound } == 50)
        #expect(outcomes.count { $0 == nil } == 50)
        #expect(try await store.user(.id(user.id))?.logins.failureTotal == 50)
    }

    /// Of users of one name that are made at the same moment one is made, and the others are told so.
    private func namesakesAreRefused() async throws {
        let (store, owner) = try await makeStore(with: "owner@example.com")
        let (identity, now) = (
            DirectoryIdentity(uuid: nextUUID(), createdAt: now, owner: owner.id), now
        )
        let before = try await store.write { transaction throws(MusterError) in
            try transaction.insertIdentity(identity)
            return try transaction.revision()
        }
        let outcomes = await withTaskGroup(of: Result<User, MusterError>.self) { group in
            for number in 0..<90 {
                let name = "\(number < 60 ? "user" : "USER")\(number % 30)@example.com"
                let draft = draft(name)
                let uuid = nextUUID()
                group.addTask {
                    do throws(MusterError) {
                        return .success(
                            try await store.write { transaction throws(MusterError) in
                                try transaction.insertUser(draft, uuid: uuid, at: now)
                            }
                        )
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: [Result<User, MusterError>]()) { $0.append($1) }
        }
        let made = outcomes.compactMap { try? $0.get() }
        #expect(made.count == 30 && Set(made.map(\.id)).count == 30)
        for case .failure(let error) in outcomes { #expect(error.code == .userAlreadyExists) }
        #expect(try await store.userCount() == 31)
        let after = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.revision()
        }
        #expect(after == before + 30, "the revision counts each change of a user")
    }
}
