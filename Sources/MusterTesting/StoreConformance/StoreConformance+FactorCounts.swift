import MusterCore
import Testing

extension StoreConformance {
    /// Counts stand in a page where they are asked for, and what they show of a user makes the revision grow.
    func countsFactors(
        of user: User,
        beside other: User,
        in store: any DirectoryStore
    ) async throws {
        try await store.write { [now] transaction throws(MusterError) in
            let secret = TimeCodeSecret(key: Secret([4, 5, 6]), triesLeft: 5)
            let waiting = try transaction.insertFactor(
                .timeCode(secret),
                of: other.id,
                label: "Waits",
                at: now
            )
            try transaction.replaceRecoveryCodes(of: user.id, with: [digest(201), digest(202)])
            let before = try transaction.factorCounts(of: other.id)
            #expect(before == FactorCounts(), "it is not confirmed")
            try transaction.deleteFactor(waiting.id)
        }
        let counts = FactorCounts(apps: 1, passkeys: 1, recoveryCodes: 2)
        let (one, pages, plain) = try await store.read(.bounded) { reader throws(MusterError) in
            (
                try reader.factorCounts(of: user.id),
                try reader.users(UserQuery(limit: 10, readsFactors: true)).map(\.factors),
                try reader.users(UserQuery(limit: 10)).map(\.factors)
            )
        }
        #expect(one == counts)
        #expect(pages.count == 2 && pages.contains(counts) && pages.contains(FactorCounts()))
        #expect(plain == [nil, nil])
        let revision = try await revision(of: store)
        let isSpent = try await store.write { transaction throws(MusterError) in
            try transaction.spendRecoveryCode(digest(201), of: user.id)
        }
        #expect(isSpent)
        let spent = try await self.revision(of: store)
        #expect(spent > revision, "a record shows how many codes are left")
        try await store.write { transaction throws(MusterError) in
            for var factor in try transaction.factors(of: user.id) {
                factor.failureCount += 1
                try transaction.updateFactor(factor)
            }
        }
        #expect(try await self.revision(of: store) == spent, "no record shows a login")
    }

    private func revision(of store: any DirectoryStore) async throws(MusterError) -> Int64 {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.revision() }
    }

    /// Who has codes alone is told where the server sends none by its way; who has a passkey beside them is not.
    func tellsWhoIsBeyondCodes(
        _ user: User,
        in store: any DirectoryStore
    ) async throws {
        var changed = user
        changed.secondFactor.isEmailEnabled = true
        let guarded = changed
        try await store.write { [now] transaction throws(MusterError) in
            try transaction.updateUser(guarded, at: now)
            if var jane = try transaction.user(.username("jane@example.com")) {
                jane.secondFactor.isEmailEnabled = true
                try transaction.updateUser(jane, at: now)
            }
        }
        for (email, sms, names) in [
            (true, false, []), (false, true, [user.username]), (false, false, [user.username]),
        ] {
            let found = try await store.read(.unbounded) { reader throws(MusterError) in
                try reader.beyondCodes(isEmailOn: email, isSMSOn: sms, limit: 5)
            }
            #expect(found.names == names && found.count == names.count)
        }
        try await store.write { [now] transaction throws(MusterError) in
            try transaction.updateUser(user, at: now)
        }
    }

    func state(
        of user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) -> (factors: [Factor], hasFactor: Bool) {
        try await store.read(.bounded) { reader throws(MusterError) in
            (try reader.factors(of: user.id), try reader.hasFactor(user.id))
        }
    }
}
