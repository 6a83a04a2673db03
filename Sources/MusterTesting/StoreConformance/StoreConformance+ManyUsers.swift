import FoundationEssentials
import MusterCore
import Testing

extension StoreConformance {
    /// Many users are created in one batch, each as if it came alone.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func manyUsers() async throws {
        let (store, jane) = try await makeStore(with: "jane@example.com")
        var full = UserDraft(
            username: Username(stored: "Full@example.com"),
            name: "N",
            email: "e@x"
        )
        full.role = .scanManager
        full.masks = Masks(read: .max, write: 1, liveview: 2)
        full.hosts = try AllowedNetworks(["10.0.0.0/8", "2001:db8::1"])
        full.inactivityTimeout = .seconds(7)
        full.isEnabled = false
        full.expiresAt = now
        full.note = "N"
        full.authorizations = Authorizations(
            api: false,
            password: false,
            saml: false,
            requiresSecondFactorEnrolment: true
        )
        let password = StoredPassword(
            hash: PasswordHash("$x$\(String(repeating: "y", count: 500))"),
            isTemporary: true,
            changedAt: now
        )
        let arrivals = [
            arrival(full, password), arrival(draft("JANE@example.com"), password),
            arrival(draft("bare@example.com"), nil), arrival(draft("FULL@example.com"), nil),
        ]
        let ids = try await insert(arrivals, into: store)
        #expect(ids.map { $0 == nil } == [false, true, false, true], "a name is taken once")
        let first = try #require(ids[0])
        let second = try #require(ids[2])
        #expect(jane.id < first && first < second)

        let made = try #require(try await store.user(.id(first)))
        var expected = User(id: first, uuid: arrivals[0].uuid, draft: full, at: now)
        expected.groups = []
        #expect(made == expected)
        #expect(try await store.user(.username("bare@example.com"))?.id == second)
        #expect(try await store.userCount() == 3)
        try await store.read(.bounded) { reader throws(MusterError) in
            let kept = try reader.password(of: first)
            #expect(kept?.hash == password.hash && kept?.isTemporary == true)
            #expect(try reader.formerPasswords(of: first) == [])
            #expect(try reader.password(of: second) == nil)
            let names = ["full@EXAMPLE.com", "nobody", "jane@example.com", "full@example.com"]
            let found = try reader.userIDs(named: names.map(Username.init(stored:)))
            #expect(found == [first, nil, jane.id, first])
            #expect(try reader.userIDs(named: []) == [])
        }
        try await failedInsert(store)
        try await veryManyUsers(store, besides: jane)
    }

    /// So many users that a store may write some of them at once are each taken or not by themselves.
    private func veryManyUsers(_ store: any DirectoryStore, besides jane: User) async throws {
        let count = try await store.userCount()
        var names = (0..<200).map { "user\($0)@example.com" }
        // One that was there before, one that a line just before it has, and one whose line is far before it.
        names[5] = "Jane@example.com"
        names[70] = "USER69@example.com"
        names[199] = "user0@example.com"
        let taken: Set<Int> = [5, 70, 199]
        let arrivals = names.enumerated().map { number, name in
            let password = StoredPassword(
                hash: PasswordHash("$x$\(number)"),
                isTemporary: number.isMultiple(of: 2),
                changedAt: now
            )
            return arrival(draft(name), number.isMultiple(of: 7) ? nil : password)
        }
        let ids = try await insert(arrivals, into: store)
        #expect(ids.indices.filter { ids[$0] == nil } == taken.sorted())
        let made = ids.compactMap(\.self)
        #expect(made == made.sorted() && Set(made).count == 197 && !made.contains(jane.id))
        #expect(try await store.userCount() == count + 197)
        try await store.read(.bounded) { reader throws(MusterError) in
            for (index, id) in ids.enumerated() {
                guard let id else { continue }
                let user = try reader.user(.id(id))
                #expect(user?.uuid == arrivals[index].uuid)
                #expect(user?.username.text == arrivals[index].draft.username.text)
                let kept = try reader.password(of: id)
                #expect(kept?.hash == arrivals[index].password?.hash)
                #expect(kept?.isTemporary == arrivals[index].password?.isTemporary)
            }
        }
        let next = try await insert([arrival(draft("next@example.com"), nil)], into: store)
        let newest = try #require(next[0])
        #expect(newest > (made.last ?? jane.id))
    }

    private func failedInsert(_ store: any DirectoryStore) async throws {
        let count = try await store.userCount()
        let lost = arrival(draft("lost@example.com"), nil)
        let failure = await failure {
            try await store.writeBatch(of: importer) { [now] transaction throws(MusterError) in
                _ = try transaction.insertUsers([lost], at: now)
                throw MusterError.noSuchUser
            }
        }
        #expect(failure?.code == .userNotFound)
        #expect(try await store.userCount() == count)
    }

    /// Whose batches they are.
    private var importer: UserID { UserID(rawValue: 2) }

    private func arrival(_ draft: UserDraft, _ password: StoredPassword?) -> UserInsertion {
        UserInsertion(uuid: nextUUID(), draft: draft, password: password)
    }

    private func insert(
        _ arrivals: [UserInsertion],
        into store: any DirectoryStore
    ) async throws(MusterError) -> [UserID?] {
        try await store.writeBatch(of: importer) { [now] transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: now)
        }
    }
}
