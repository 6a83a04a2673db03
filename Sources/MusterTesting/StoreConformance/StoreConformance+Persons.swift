import MusterCore
import Testing

extension StoreConformance {
    /// Persons belong to their user, and are found by what they are known by.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func persons() async throws {
        let (store, jane) = try await makeStore(with: "jane@example.com")
        let joe = try await insert(
            draft("joe", display: "Joe", email: "Joe@Example.com"),
            into: store
        )
        #expect(try await person(of: jane, store) == nil)
        let first = Person(
            externalID: "A-1",
            otherAddresses: ["Home@example.org"],
            document: #"{"title":"\u00DC"}"#
        )
        try await write(first, of: jane, store)
        #expect(try await person(of: jane, store) == first)
        let shared = Person(otherAddresses: ["both@example.org", "jane@example.com"])
        let both = try await insert(
            draft("both", display: "Joe", email: "both@example.org"),
            into: store
        )
        try await write(shared, of: both, store)
        for limit in 1...2 {
            let named = try await users(of: .name("joe"), store, limit: limit)
            #expect(named == Array([joe.id, both.id].prefix(limit)))
            let reached = try await users(of: .address("jane@example.com"), store, limit: limit)
            #expect(reached == Array([jane.id, both.id].prefix(limit)))
        }
        #expect(try await users(of: .address("both@example.org"), store) == [both.id])
        try await store.delete(both)
        let found = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.persons(of: [joe.id, jane.id])
        }
        #expect(found == [jane.id: first])
        #expect(try await users(of: .externalID("A-1"), store) == [jane.id])
        #expect(try await users(of: .externalID("a-1"), store) == [])
        #expect(try await users(of: .address("home@EXAMPLE.org"), store) == [jane.id])
        #expect(try await users(of: .address("JANE@example.com"), store) == [jane.id])
        #expect(try await users(of: .address("joe@example.com"), store) == [joe.id])
        #expect(try await users(of: .name("JOE"), store) == [joe.id])
        #expect(try await users(of: .name("nobody\0"), store) == [])

        // The same identifier for two, as two systems may give it.
        let second = Person(externalID: "A-1")
        try await write(second, of: joe, store)
        #expect(try await users(of: .externalID("A-1"), store) == [jane.id, joe.id])
        #expect(try await users(of: .externalID("A-1"), store, limit: 1) == [jane.id])
        try await write(Person(), of: jane, store)
        #expect(try await users(of: .externalID("A-1"), store) == [joe.id])
        #expect(try await users(of: .address("home@example.org"), store) == [])
        #expect(try await person(of: jane, store) == Person())

        try await store.delete(joe)
        #expect(try await person(of: joe, store) == nil)
        #expect(try await users(of: .externalID("A-1"), store) == [])
    }

    private func person(
        of user: User,
        _ store: any DirectoryStore
    ) async throws(MusterError) -> Person? {
        try await store.read(.bounded) { reader throws(MusterError) in
            try reader.person(of: user.id)
        }
    }

    private func users(
        of key: PersonKey,
        _ store: any DirectoryStore,
        limit: Int = 10
    ) async throws(MusterError) -> [UserID] {
        try await store.read(.bounded) { reader throws(MusterError) in
            try reader.users(of: key, limit: limit)
        }
    }

    private func write(
        _ person: Person,
        of user: User,
        _ store: any DirectoryStore
    ) async throws(MusterError) {
        try await store.write { transaction throws(MusterError) in
            try transaction.replacePerson(of: user.id, with: person)
        }
    }
}
