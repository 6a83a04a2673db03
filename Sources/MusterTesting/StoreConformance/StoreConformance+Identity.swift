import MusterCore
import Testing

extension StoreConformance {
    /// The identity is given once, and the revision grows with every change of a user.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func identity() async throws {
        try await identityIsGivenOnce()
        try await revisionGrows()
    }

    private func identityIsGivenOnce() async throws {
        let (store, owner) = try await makeStore(with: "owner@example.com")
        let before = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.identity()
        }
        #expect(before == nil, "an empty store has an identity")

        let first = DirectoryIdentity(uuid: nextUUID(), createdAt: now, owner: owner.id)
        let second = DirectoryIdentity(uuid: nextUUID(), createdAt: now, owner: owner.id)
        try await store.write { transaction throws(MusterError) in
            try transaction.insertIdentity(first)
        }
        let refusal = await failure {
            try await store.write { transaction throws(MusterError) in
                try transaction.insertIdentity(second)
            }
        }
        #expect(refusal?.code == .directoryInitialised, "a second identity is refused by its code")
        let after = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.identity()
        }
        #expect(after == first)
    }

    private func revisionGrows() async throws {
        let (store, user) = try await makeStore(with: "owner@example.com")
        let identity = DirectoryIdentity(uuid: nextUUID(), createdAt: now, owner: user.id)
        try await store.write { transaction throws(MusterError) in
            try transaction.insertIdentity(identity)
        }
        var revisions = [try await revision(of: store)]
        let other = try await insert(draft("other@example.com"), into: store)
        revisions.append(try await revision(of: store))
        var changed = other
        changed.isEnabled = false
        try await update(changed, in: store)
        revisions.append(try await revision(of: store))
        try await store.delete(other)
        revisions.append(try await revision(of: store))
        #expect(revisions == revisions.sorted() && Set(revisions).count == revisions.count)

        let (renamed, now) = (user.renamed("Owner"), now)
        let ledTo = try await store.write { transaction throws(MusterError) in
            let before = try transaction.revision()
            try transaction.updateUser(renamed, at: now)
            try transaction.updateUser(renamed, at: now)
            return (before: before, after: try transaction.revision())
        }
        revisions.append(try await revision(of: store))
        #expect(ledTo.after == ledTo.before + 1, "a change counts one, however much it changes")
        #expect(ledTo.after == revisions.last, "it leads elsewhere")

        let refusal = await failure {
            try await store.write { transaction throws(MusterError) in
                try transaction.updateUser(user, at: now)
                throw MusterError.invalidCredentials
            }
        }
        #expect(refusal?.code == .credentialsInvalid)
        #expect(try await revision(of: store) == revisions.last, "a failed change grows nothing")
    }

    private func revision(of store: any DirectoryStore) async throws(MusterError) -> Int64 {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.revision() }
    }

    func update(_ user: User, in store: any DirectoryStore) async throws(MusterError) {
        let now = now
        try await store.write { transaction throws(MusterError) in
            try transaction.updateUser(user, at: now)
        }
    }
}

extension User {
    fileprivate func renamed(_ name: String) -> User {
        var user = self
        user.name = name
        return user
    }
}
