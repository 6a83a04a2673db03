import MusterCore
import Testing

extension StoreConformance {
    /// However many sessions there are, a user's oldest ones can be ended, and a sweep goes through them in parts.
    func sessionsAreBounded() async throws {
        try await oldestSessionsEnd()
        try await endsOfAUserAreBounded()
        try await sweepsGoInParts()
        try await endsTogetherAreBounded()
    }

    private func oldestSessionsEnd() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        try await begin(digest(9), of: other, in: store)
        for (place, byte) in [UInt8(3), 1, 4, 2].enumerated() {
            try await begin(digest(byte), of: user, after: .seconds(place), in: store)
        }
        let now = now
        let ended = try await store.write { transaction throws(MusterError) in
            let none = try transaction.endOldestSessions(
                of: user.id,
                keeping: 4,
                because: .replaced,
                at: now
            )
            let one = try transaction.endOldestSessions(
                of: user.id,
                keeping: 3,
                because: .replaced,
                at: now
            )
            return (none.count, one.map { $0.bytes.first })
        }
        #expect(ended.0 == 0 && ended.1 == [3], "the oldest, and no other")
        let (open, end) = try await store.read(.bounded) { reader throws(MusterError) in
            (try reader.sessions(SessionQuery()).count, try reader.sessionEnd(digest(3)))
        }
        #expect(open == 4 && end == .replaced)
    }

    private func endsOfAUserAreBounded() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        try await begin(digest(0xFF), of: other, in: store)
        let now = now
        let extra = 3
        try await store.write { transaction throws(MusterError) in
            try transaction.endSession(digest(0xFF), because: .loggedOut, at: now)
        }
        for number in 0..<(SessionLimits.endedPerUser + extra) {
            let session = digest(UInt8(number))
            try await begin(session, of: user, in: store)
            try await store.write { transaction throws(MusterError) in
                let later = now.advanced(by: .seconds(number + 1))
                try transaction.endSession(session, because: .loggedOut, at: later)
            }
        }
        let known = try await store.read(.bounded) { reader throws(MusterError) in
            try (0..<(SessionLimits.endedPerUser + extra)).map { number throws(MusterError) in
                try reader.sessionEnd(digest(UInt8(number))) != nil
            }
        }
        #expect(known.prefix(extra).allSatisfy { !$0 }, "the first ones are forgotten")
        #expect(known.dropFirst(extra).allSatisfy { $0 })
        let others = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.sessionEnd(digest(0xFF))
        }
        #expect(others == .loggedOut, "what another did is not forgotten for that")
    }

    private func sweepsGoInParts() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        for byte in UInt8(1)...5 { try await begin(digest(byte), of: user, in: store) }
        let limit = now.advanced(by: .milliseconds(1))
        let now = now
        var last: Digest?
        var left: [Int] = []
        repeat {
            last = try await store.write { [last] transaction throws(MusterError) in
                try transaction.endExpiredSessions(
                    after: last,
                    atMost: 2,
                    begunBefore: limit,
                    now: now
                )
            }
            left.append(
                try await store.read(.bounded) { reader throws(MusterError) in
                    try reader.sessionCount(of: nil)
                }
            )
        } while last != nil && left.count < 5
        #expect(left == [3, 1, 0])
    }

    private func endsTogetherAreBounded() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let now = now
        for byte in UInt8(1)...6 {
            try await begin(digest(byte), of: user, in: store)
            try await store.write { transaction throws(MusterError) in
                let later = now.advanced(by: .seconds(Int(byte)))
                try transaction.endSession(digest(byte), because: .loggedOut, at: later)
            }
        }
        // One is too old, and two more are too many: two at a time, the oldest first.
        let limit = now.advanced(by: .milliseconds(1001))
        var forgotten: [Int] = []
        var known: [[UInt8]] = []
        for _ in 1...3 {
            forgotten.append(
                try await store.write { transaction throws(MusterError) in
                    try transaction.forgetSessionEnds(before: now, keeping: 6, atMost: 2)
                        + transaction.forgetSessionEnds(before: limit, keeping: 3, atMost: 2)
                }
            )
            known.append(
                try await store.read(.bounded) { reader throws(MusterError) in
                    try (UInt8(1)...6).map { byte throws(MusterError) in
                        try reader.sessionEnd(digest(byte)) == nil ? nil : byte
                    }.compactMap(\.self)
                }
            )
        }
        #expect(forgotten == [2, 1, 0])
        #expect(known == [[3, 4, 5, 6], [4, 5, 6], [4, 5, 6]])
    }
}
