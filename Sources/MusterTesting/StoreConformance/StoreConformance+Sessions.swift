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
            try await begin(digest, of: user, address: address, in: store)
            let found = try #require(try await session(digest, in: store))
            #expect(found.digest.matches(digest))
            #expect(found.user == user.id)
            #expect(found.createdAt == now && found.lastSeenAt == now)
            #expect(found.address == address)
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

    private func sessionsEnd() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        for byte in UInt8(1)...4 { try await begin(digest(byte), of: user, in: store) }
        try await begin(digest(5), of: other, in: store)
        let (first, second, third) = (digest(1), digest(2), digest(5))
        let now = now
        try await store.write { transaction throws(MusterError) in
            try transaction.endSession(first, because: .loggedOut, at: now)
        }
        #expect(try await openSessions(store) == [2, 3, 4, 5])
        try await endAll(of: user, except: second, in: store)
        #expect(try await openSessions(store) == [2, 5], "the one excepted stays")
        try await endAll(of: user, except: third, in: store)
        #expect(try await openSessions(store) == [5], "another's session is no exception")
        try await endAll(of: other, except: nil, in: store)
        #expect(try await openSessions(store) == [])
    }

    private func endsAreKept() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let now = now
        for (number, reason) in SessionEnd.allCases.enumerated() {
            let digest = digest(UInt8(number))
            try await begin(digest, of: user, in: store)
            for end in [reason, .loggedOut, .disabled] {
                try await store.write { transaction throws(MusterError) in
                    try transaction.endSession(digest, because: end, at: now)
                }
            }
            #expect(try await end(of: digest, in: store) == reason, "the first reason is the one")
        }
        let unknown = digest(99)
        try await store.write { transaction throws(MusterError) in
            try transaction.endSession(unknown, because: .loggedOut, at: now)
        }
        #expect(try await end(of: unknown, in: store) == nil, "there never was such a session")

        let all = SessionEnd.allCases.indices.map { digest(UInt8($0)) }
        try await sweep(store, limit: now, now: now)
        #expect(try await ends(of: all, in: store).allSatisfy { $0 != nil })
        try await sweep(store, limit: now.advanced(by: .milliseconds(1)), now: now)
        #expect(
            try await ends(of: all, in: store).allSatisfy { $0 == nil },
            "kept for too long"
        )
    }

    private func laterSessionUsesWin() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        try await begin(digest(1), of: user, in: store)
        try await begin(digest(2), of: user, in: store)
        let later = now.advanced(by: .seconds(20))
        let (used, gone) = (digest(1), digest(9))
        for moment in [later, now, now.advanced(by: .seconds(-20))] {
            try await store.write { transaction throws(MusterError) in
                try transaction.noteSessionUse([(used, moment), (gone, moment)])
            }
        }
        #expect(try await session(digest(1), in: store)?.lastSeenAt == later)
        #expect(try await session(digest(2), in: store)?.lastSeenAt == now)
        #expect(try await session(gone, in: store) == nil)
    }

    private func expiredSessionsAreSwept() async throws {
        let (store, patient) = try await makeStore(with: "jane@example.com")
        var brief = draft("brief@example.com")
        brief.inactivityTimeout = .seconds(60)
        let hasty = try await insert(brief, into: store)
        try await begin(digest(1), of: patient, in: store)
        try await begin(digest(2), of: hasty, in: store)
        try await sweep(store, limit: now, now: now.advanced(by: .seconds(60)))
        #expect(try await openSessions(store) == [1, 2], "neither too old nor too long idle")
        try await sweep(store, limit: now, now: now.advanced(by: .milliseconds(60_001)))
        #expect(try await openSessions(store) == [1], "idle for too long")
        #expect(try await end(of: digest(2), in: store) == .idleTimeout)
        let later = now.advanced(by: .seconds(3600))
        try await sweep(store, limit: now.advanced(by: .milliseconds(1)), now: later)
        #expect(try await openSessions(store) == [], "too old")
        #expect(try await end(of: digest(1), in: store) == .lifetime)

        var passing = draft("passing@example.com")
        passing.expiresAt = now.advanced(by: .seconds(5))
        try await begin(digest(3), of: try await insert(passing, into: store), in: store)
        try await sweep(store, limit: now, now: now.advanced(by: .milliseconds(4_999)))
        #expect(try await openSessions(store) == [3], "its user has not expired")
        try await sweep(store, limit: now, now: now.advanced(by: .seconds(5)))
        #expect(try await openSessions(store) == [], "its user has expired")
        #expect(try await end(of: digest(3), in: store) == .accountExpired)
    }
}

extension StoreConformance {
    func begin(
        _ digest: Digest,
        of user: User,
        address: IPAddress? = nil,
        after delay: Duration = .zero,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        let session = Session(
            digest: digest,
            user: user.id,
            createdAt: now.advanced(by: delay),
            lastSeenAt: now.advanced(by: delay),
            address: address
        )
        try await store.write { transaction throws(MusterError) in
            try transaction.insertSession(session)
        }
    }

    private func endAll(
        of user: User,
        except survivor: Digest?,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        let now = now
        try await store.write { transaction throws(MusterError) in
            try transaction.endSessions(
                of: user.id,
                except: survivor,
                because: .passwordChanged,
                at: now
            )
        }
    }

    private func sweep(
        _ store: any DirectoryStore,
        limit: Timestamp,
        now: Timestamp
    ) async throws(MusterError) {
        try await store.write { transaction throws(MusterError) in
            _ = try transaction.endExpiredSessions(
                after: nil,
                atMost: 1000,
                begunBefore: limit,
                now: now
            )
            _ = try transaction.forgetSessionEnds(before: limit, keeping: 1000, atMost: 1000)
        }
    }

    private func session(
        _ digest: Digest,
        in store: any DirectoryStore
    ) async throws(MusterError) -> Session? {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.session(digest) }
    }

    private func end(
        of digest: Digest,
        in store: any DirectoryStore
    ) async throws(MusterError) -> SessionEnd? {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.sessionEnd(digest)
        }
    }

    private func ends(
        of digests: [Digest],
        in store: any DirectoryStore
    ) async throws(MusterError) -> [SessionEnd?] {
        try await store.read(.bounded) { reader throws(MusterError) in
            try digests.map { digest throws(MusterError) in try reader.sessionEnd(digest) }
        }
    }

    private func openSessions(_ store: any DirectoryStore) async throws -> [UInt8] {
        let digests = (UInt8(1)...5).map { digest($0) }
        return try await store.read(.bounded) { reader throws(MusterError) in
            var open: [UInt8] = []
            for (byte, digest) in zip(UInt8(1)...5, digests) where try reader.session(digest) != nil
            {
                open.append(byte)
            }
            return open
        }
    }
}
