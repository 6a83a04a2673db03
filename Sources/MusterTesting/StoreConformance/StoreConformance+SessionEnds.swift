import MusterCore
import Testing

extension StoreConformance {
    func sessionsEnd() async throws {
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

    func endsAreKept() async throws {
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

    func laterSessionUsesWin() async throws {
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

    func expiredSessionsAreSwept() async throws {
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
