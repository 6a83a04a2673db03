import MusterCore
import Testing

extension StoreConformance {
    /// What happened from where is kept for each account, bounded in number; refused attempts are counted by the
    /// minute.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func loginSources() async throws {
        try await loginRecords()
        try await allSources()
        try await refusalCounts()
        try await sentCodes()
        try await stampsFromTheFuture()
    }

    private func source(_ number: Int) -> LoginSource {
        LoginSource(stored: "192.0.2.\(number)/32")
    }

    private func record(
        of source: LoginSource,
        _ user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) -> LoginSourceRecord {
        try await store.read(.bounded) { reader throws(MusterError) in
            try reader.loginSource(source, of: user.id)
        }
    }

    private func loginRecords() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        #expect(try await record(of: source(1), user, in: store) == LoginSourceRecord())
        let failed = LoginSourceRecord(failureCount: 3, lastFailure: now)
        let familiar = LoginSourceRecord(failureCount: 1, lastFailure: now, lastSuccess: now)
        let (first, second) = (source(1), source(2))
        try await store.write { transaction throws(MusterError) in
            try transaction.replaceLoginSource(first, of: user.id, with: failed)
            try transaction.replaceLoginSource(second, of: user.id, with: familiar)
            try transaction.replaceLoginSource(first, of: other.id, with: failed)
        }
        #expect(try await record(of: first, user, in: store) == failed)
        #expect(try await record(of: second, user, in: store) == familiar)
        let limit = now
        try await store.write { transaction throws(MusterError) in
            try transaction.forgetLoginFailures(outside: limit...limit)
        }
        #expect(try await record(of: first, user, in: store) == failed)
        try await store.write { transaction throws(MusterError) in
            try transaction.forgetLoginFailures(of: user.id)
        }
        #expect(try await record(of: first, user, in: store) == LoginSourceRecord())
        let stays = LoginSourceRecord(lastSuccess: now)
        #expect(try await record(of: second, user, in: store) == stays)
        #expect(try await record(of: first, other, in: store) == failed)
        let later = now.advanced(by: .seconds(1))
        try await store.write { transaction throws(MusterError) in
            try transaction.forgetLoginFailures(outside: later...later)
            try transaction.deleteUser(user.id)
        }
        #expect(try await record(of: first, other, in: store) == LoginSourceRecord())
        #expect(try await record(of: second, user, in: store) == LoginSourceRecord())
    }

    private func allSources() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        let (first, second) = (source(1), source(2))
        let failed = LoginSourceRecord(failureCount: 2, lastFailure: now)
        let familiar = LoginSourceRecord(lastSuccess: now)
        try await store.write { transaction throws(MusterError) in
            try transaction.replaceLoginSource(first, of: user.id, with: failed)
            try transaction.replaceLoginSource(second, of: user.id, with: familiar)
            try transaction.replaceLoginSource(first, of: other.id, with: failed)
        }
        let all = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.loginSources(of: user.id)
        }.sorted { $0.source.text < $1.source.text }
        #expect(all.map(\.source) == [first, second] && all.map(\.record) == [failed, familiar])
        try await store.write { transaction throws(MusterError) in
            try transaction.forgetLoginSource(first, of: user.id)
        }
        #expect(try await record(of: first, user, in: store) == LoginSourceRecord())
        #expect(try await record(of: first, other, in: store) == failed)
        let (begin, end) = (now.advanced(by: .seconds(-60)), now.advanced(by: .seconds(-1)))
        try await store.write { transaction throws(MusterError) in
            try transaction.forgetLoginFailures(outside: begin...end)
        }
        #expect(try await record(of: first, other, in: store) == LoginSourceRecord())
        #expect(try await record(of: second, user, in: store) == familiar)
    }

    private func refusalCounts() async throws {
        let store = try await makeStore()
        let (now, first, second) = (now, source(1), source(2))
        let later = now.advanced(by: .seconds(60))
        let counts = try await store.write { transaction throws(MusterError) in
            [
                try transaction.countRefusal(from: second, in: now),
                try transaction.countRefusal(from: first, in: now),
                try transaction.countRefusal(from: first, in: now),
                try transaction.countRefusal(from: first, in: later),
            ]
        }
        #expect(counts == [1, 1, 2, 1])
        let known = try await store.write { transaction throws(MusterError) in
            [
                try transaction.refusals(from: first, in: now),
                try transaction.refusals(from: second, in: later),
            ]
        }
        #expect(known == [2, 0])
        let one = try await store.write { transaction throws(MusterError) in
            try transaction.takeRefusals(before: later, most: 1)
        }
        #expect(one.map(\.source) == [first] && one.map(\.count) == [2])
        #expect(one.map(\.minute) == [now])
        let rest = try await store.write { transaction throws(MusterError) in
            try transaction.takeRefusals(before: later, most: 10)
        }
        #expect(rest.map(\.source) == [second])
        let none = try await store.write { transaction throws(MusterError) in
            try transaction.takeRefusals(before: later, most: 10)
        }
        #expect(none.isEmpty)
    }

    private func sentCodes() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        let codes = (0..<4).map { number in
            SentCode(
                at: now.advanced(by: .seconds(number)),
                user: number < 3 ? user.id : other.id,
                channel: number.isMultiple(of: 2) ? .sms : .email,
                recipient: [UInt8(number / 2)]
            )
        }
        try await store.write { transaction throws(MusterError) in
            for code in codes { try transaction.noteSentCode(code) }
        }
        let (start, end) = (now, now.advanced(by: .seconds(10)))
        let found = try await store.read(.bounded) { reader throws(MusterError) in
            [
                try reader.sentCodes(.user(user.id), after: start, upTo: end, limit: 9),
                try reader.sentCodes(.recipient([0]), after: start, upTo: end, limit: 9),
                try reader.sentCodes(.channel(.email), after: start, upTo: end, limit: 1),
                try reader.sentCodes(.channel(.sms), after: start, upTo: start, limit: 9),
            ]
        }
        #expect(found == [[codes[2], codes[1]], [codes[1]], [codes[3]], []])
        let limit = now.advanced(by: .seconds(2))
        try await store.write { transaction throws(MusterError) in
            try transaction.forgetSentCodes(before: limit)
            try transaction.deleteUser(other.id)
        }
        let left = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.sentCodes(
                .channel(.sms),
                after: Timestamp(rawValue: 0),
                upTo: end,
                limit: 9
            )
                + reader.sentCodes(
                    .channel(.email),
                    after: Timestamp(rawValue: 0),
                    upTo: end,
                    limit: 9
                )
        }
        #expect(left == [codes[2]])
    }

    private func stampsFromTheFuture() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let (now, ahead) = (now, now.advanced(by: .seconds(86_400)))
        let digests = [digest(1), digest(2)]
        try await store.write { transaction throws(MusterError) in
            try transaction.noteKeyUse([user.id: ahead])
            try transaction.noteKeyUse([user.id: now])
            for (digest, begun) in zip(digests, [now, ahead]) {
                try transaction.insertSession(
                    Session(
                        digest: digest,
                        user: user.id,
                        createdAt: begun,
                        lastSeenAt: ahead,
                        address: nil
                    )
                )
            }
            try transaction.noteSessionUse([(digest: digests[0], at: now)])
            _ = try transaction.endExpiredSessions(
                after: nil,
                atMost: 10,
                begunBefore: now.advanced(by: .seconds(-3600)),
                now: now
            )
        }
        #expect(try await store.user(.id(user.id))?.lastKeyUse == now)
        let (kept, gone) = try await store.read(.bounded) { reader throws(MusterError) in
            (try reader.session(digests[0]), try reader.sessionEnd(digests[1]))
        }
        #expect(kept?.lastSeenAt == now)
        #expect(gone == .lifetime)
    }
}
