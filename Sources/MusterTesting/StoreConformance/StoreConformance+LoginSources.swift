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
            try transaction.takeRefusals(before: later, orAfter: later, most: 1)
        }
        #expect(one.map(\.source) == [first] && one.map(\.count) == [2])
        #expect(one.map(\.minute) == [now])
        let rest = try await store.write { transaction throws(MusterError) in
            try transaction.takeRefusals(before: later, orAfter: later, most: 10)
        }
        #expect(rest.map(\.source) == [second])
        let none = try await store.write { transaction throws(MusterError) in
            try transaction.takeRefusals(before: later, orAfter: later, most: 10)
        }
        #expect(none.isEmpty)
        let ahead = later.advanced(by: .seconds(86_400))
        let futures = try await store.write { transaction throws(MusterError) in
            _ = try transaction.countRefusal(from: first, in: ahead)
            return [
                try transaction.takeRefusals(before: later, orAfter: ahead, most: 10),
                try transaction.takeRefusals(before: later, orAfter: later, most: 10),
            ]
        }
        #expect(futures.map { $0.map(\.minute) } == [[], [ahead]])
    }
}
