import MusterCore
import Testing

extension StoreConformance {
    /// Sessions are found by their digest alone, and end when they are told to or when their time is over;
    /// why is kept for a while.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func sessions() async throws {
        try await sessionsAreKept()
        try await sessionsAreListed()
        try await sessionsEnd()
        try await endsAreKept()
        try await laterSessionUsesWin()
        try await expiredSessionsAreSwept()
        try await sessionsAreBounded()
    }

    private func sessionsAreKept() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let addresses = ["192.0.2.1", "2001:db8::1"].compactMap { IPAddress($0) } + [nil]
        for (number, address) in addresses.enumerated() {
            let digest = digest(UInt8(number))
            let program = address == nil ? nil : ProgramName("Browser \(number)")
            try await begin(digest, of: user, address: address, program: program, in: store)
            let found = try #require(try await session(digest, in: store))
            #expect(found.digest.matches(digest))
            #expect(found.user == user.id)
            #expect(found.createdAt == now && found.lastSeenAt == now)
            #expect(found.address == address && found.program == program)
            let (named, listed) = try await store.read(.bounded) { reader throws(MusterError) in
                (try reader.session(SessionID(digest)), try reader.sessions(SessionQuery()))
            }
            #expect(named?.program == program)
            let one = listed.first { $0.session.digest.matches(digest) }
            #expect(one?.session.program == program)
            #expect(try await end(of: digest, in: store) == nil, "the session is not over")
        }
        #expect(try await session(digest(9), in: store) == nil)
        #expect(try await session(Digest([]), in: store) == nil)
    }

    private func sessionsAreListed() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        let owners: [(byte: UInt8, owner: User, seconds: Int)] = [
            (1, user, 0), (2, other, 20), (3, user, 10), (4, user, 10), (0xFF, other, 5),
        ]
        for (byte, owner, seconds) in owners {
            try await begin(digest(byte), of: owner, after: .seconds(seconds), in: store)
        }
        let lists: [(query: SessionQuery, bytes: [UInt8])] = [
            (SessionQuery(), [2, 3, 4, 0xFF, 1]), (SessionQuery(limit: 2), [2, 3]),
            (SessionQuery(user: user.id), [3, 4, 1]),
            (SessionQuery(user: user.id, limit: 1), [3]),
            (SessionQuery(user: UserID(rawValue: 999)), []),
        ]
        for (query, bytes) in lists {
            let (found, count) = try await store.read(.bounded) { reader throws(MusterError) in
                (try reader.sessions(query), try reader.sessionCount(of: query.user))
            }
            #expect(found.map { $0.session.digest.bytes.first } == bytes)
            #expect(found.allSatisfy { $0.session.user == user.id || $0.owner == other.username })
            #expect(count == owners.count { query.user == nil || $0.owner.id == query.user })
            try await sessionsFollow(query, bytes, in: store)
        }
        for (byte, owner, _) in owners {
            let found = try await store.read(.bounded) { reader throws(MusterError) in
                try reader.session(SessionID(digest(byte)))
            }
            #expect(found?.digest.matches(digest(byte)) == true && found?.user == owner.id)
        }
        for byte in [UInt8(0), 5, 0xFE] {
            let found = try await store.read(.bounded) { reader throws(MusterError) in
                try reader.session(SessionID(digest(byte)))
            }
            #expect(found == nil)
        }
    }

    /// After each session of a list come those that follow it there.
    private func sessionsFollow(
        _ query: SessionQuery,
        _ bytes: [UInt8],
        in store: any DirectoryStore
    ) async throws {
        let all = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.sessions(query)
        }
        for (index, last) in all.enumerated() {
            var rest = query
            rest.after = last.session
            rest.limit = all.count - index - 1
            let found = try await store.read(.bounded) { [rest] reader throws(MusterError) in
                try reader.sessions(rest)
            }
            #expect(
                found.map { $0.session.digest.bytes.first } == Array(bytes.dropFirst(index + 1))
            )
        }
    }
}
