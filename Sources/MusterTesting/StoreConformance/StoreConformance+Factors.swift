import MusterCore
import Testing

extension StoreConformance {
    /// Factors are kept with all that belongs to them, go with their user, and no passkey is anybody else's.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func factors() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        // What counts the revision.
        let identity = DirectoryIdentity(uuid: nextUUID(), createdAt: now, owner: other.id)
        try await store.write { transaction throws(MusterError) in
            try transaction.insertIdentity(identity)
        }
        #expect(try await state(of: user, in: store).factors.isEmpty)
        let app = try await store.write { [now] transaction throws(MusterError) in
            let secret = TimeCodeSecret(key: Secret([1, 2, 3]), triesLeft: 5)
            return try transaction.insertFactor(
                .timeCode(secret),
                of: user.id,
                label: "App",
                at: now
            )
        }
        #expect(try await !state(of: user, in: store).hasFactor, "it is not confirmed")
        let passkey = Passkey(
            credentialID: [7, 7],
            publicKey: [8],
            model: [UInt8](repeating: 9, count: 16),
            counter: 4_294_967_295,
            isBackupEligible: true,
            isBackedUp: false,
            site: "muster.example.com"
        )
        let key = try await store.write { [now] transaction throws(MusterError) in
            try transaction.insertFactor(.passkey(passkey), of: user.id, label: "Key", at: now)
        }
        #expect(key.id.rawValue > app.id.rawValue)
        try await refusesKnownPasskey(passkey, of: other, in: store)
        try await tellsWhoIsBeyondCodes(other, in: store)
        let sites = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.passkeySites()
        }
        #expect(sites == [PasskeySite(id: "muster.example.com", keys: 1)])
        try await keepsChanges(of: app, key, in: store)
        try await countsFactors(of: user, beside: other, in: store)
        try await store.write { transaction throws(MusterError) in
            try transaction.deleteFactor(app.id)
            try transaction.deleteFactor(app.id)
        }
        #expect(try await state(of: user, in: store).factors.map(\.id) == [key.id])
        try await store.delete(user)
        #expect(try await state(of: user, in: store).factors.isEmpty)
        try await store.write { [now] transaction throws(MusterError) in
            let again = try transaction.insertFactor(
                .passkey(passkey),
                of: other.id,
                label: "Key",
                at: now
            )
            #expect(again.id.rawValue > key.id.rawValue, "numbers are not given twice")
        }
    }

    /// Counts stand in a page where they are asked for, and what they show of a user makes the revision grow.
    private func countsFactors(
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

    private func refusesKnownPasskey(
        _ passkey: Passkey,
        of other: User,
        in store: any DirectoryStore
    ) async throws {
        let refusal = await #expect(throws: MusterError.self) {
            try await store.write { [now] transaction throws(MusterError) in
                _ = try transaction.insertFactor(
                    .passkey(passkey),
                    of: other.id,
                    label: "Key",
                    at: now
                )
            }
        }
        #expect(refusal?.code == .factorExists)
    }

    private func keepsChanges(
        of app: Factor,
        _ key: Factor,
        in store: any DirectoryStore
    ) async throws {
        let later = now.advanced(by: .seconds(9))
        try await store.write { transaction throws(MusterError) in
            var (app, key) = (app, key)
            app.proof = .timeCode(TimeCodeSecret(key: Secret([1, 2, 3]), lastStep: 77))
            (app.failureCount, app.lastUsedAt) = (3, later)
            try transaction.updateFactor(app)
            guard case .passkey(var passkey) = key.proof else { return }
            (passkey.counter, passkey.isBackedUp) = (12, true)
            key.proof = .passkey(passkey)
            try transaction.updateFactor(key)
        }
        let kept = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.factors(of: app.user)
        }
        #expect(kept.map(\.label) == ["App", "Key"])
        #expect(kept.first?.failureCount == 3 && kept.first?.lastUsedAt == later)
        guard case .timeCode(let secret) = kept.first?.proof,
            case .passkey(let used) = kept.last?.proof
        else {
            Issue.record("the kinds are not kept")
            return
        }
        #expect(secret.lastStep == 77 && secret.triesLeft == nil)
        #expect(secret.key.withExposedValue { $0 } == [1, 2, 3])
        #expect(used.counter == 12 && used.isBackedUp && used.isBackupEligible)
        #expect(used.credentialID == [7, 7] && used.publicKey == [8] && used.model.count == 16)
        let found = try await store.read(.bounded) { reader throws(MusterError) in
            (try reader.passkey([7, 7])?.id, try reader.passkey([7])?.id)
        }
        #expect(found.0 == key.id && found.1 == nil)
    }

    /// Recovery codes are used up one by one, failures counted, and handles of users kept.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func recoveryCodes() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        let codes = (1...3).map { digest($0) }
        try await store.write { transaction throws(MusterError) in
            try transaction.replaceRecoveryCodes(of: user.id, with: [])
            try transaction.replaceRecoveryCodes(of: user.id, with: codes)
            try transaction.insertUserHandle([UInt8](repeating: 5, count: 32), of: user.id)
            try transaction.setFailureCount(4, of: .sent, of: user.id)
            try transaction.setFailureCount(100, of: .recovery, of: user.id)
            try transaction.setFailureCount(0, of: .recovery, of: user.id)
        }
        let spent = try await store.write { transaction throws(MusterError) in
            [
                try transaction.spendRecoveryCode(codes[0], of: other.id),
                try transaction.spendRecoveryCode(codes[0], of: user.id),
                try transaction.spendRecoveryCode(codes[0], of: user.id),
            ]
        }
        #expect(spent == [false, true, false])
        let kept = try await store.read(.bounded) { reader throws(MusterError) in
            (
                try reader.recoveryCodeCount(of: user.id),
                try reader.userHandle(of: user.id)?.first,
                try reader.failureCount(of: .sent, of: user.id),
                try reader.failureCount(of: .recovery, of: user.id),
                try reader.userHandle(of: other.id)
            )
        }
        #expect(kept.0 == 2 && kept.1 == 5 && kept.2 == 4 && kept.3 == 0 && kept.4 == nil)
    }

    /// Ceremonies are kept until they are over, and only so many of a user.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func ceremonies() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let purposes: [Ceremony.Purpose] = [
            .login(passwordChangedAt: now), .confirmation(digest(9).bytes), .registration, .spent,
        ]
        for (number, purpose) in purposes.enumerated() {
            let ceremony = Ceremony(
                digest: digest(UInt8(number)),
                user: user.id,
                purpose: purpose,
                challenge: [UInt8(number)],
                issuedAt: now
            )
            try await store.write { transaction throws(MusterError) in
                try transaction.insertCeremony(ceremony)
                var less = ceremony
                less.triesLeft = 2
                try transaction.updateCeremony(less)
            }
            let kept = try await find(ceremony.digest, in: store)
            #expect(kept?.purpose == purpose && kept?.challenge == [UInt8(number)])
            #expect(kept?.user == user.id && kept?.issuedAt == now && kept?.triesLeft == 2)
        }
        try await store.write { [now] transaction throws(MusterError) in
            for number in 0..<Ceremony.perUser {
                try transaction.insertCeremony(
                    Ceremony(
                        digest: digest(UInt8(100 + number)),
                        user: user.id,
                        purpose: .registration,
                        challenge: [],
                        issuedAt: now.advanced(by: .seconds(1 + number))
                    )
                )
            }
        }
        #expect(try await find(digest(0), in: store) == nil, "the oldest has ended")
        #expect(try await find(digest(100), in: store) != nil)
        #expect(try await find(digest(3), in: store) != nil, "what is spent stays spent")
        try await store.write { [now] transaction throws(MusterError) in
            try transaction.forgetCeremonies(
                outside: now.advanced(by: .seconds(5))...now.advanced(by: .seconds(15))
            )
            try transaction.deleteCeremony(digest(110))
        }
        var left: [Int] = []
        for number in 100..<120 where try await find(digest(UInt8(number)), in: store) != nil {
            left.append(number)
        }
        #expect(left == [104, 105, 106, 107, 108, 109, 111, 112, 113, 114])
    }

    private func find(
        _ digest: Digest,
        in store: any DirectoryStore
    ) async throws(MusterError) -> Ceremony? {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.ceremony(digest) }
    }

    /// Who has codes alone is told where the server sends none by its way; who has a passkey beside them is not.
    private func tellsWhoIsBeyondCodes(
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

    private func state(
        of user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) -> (factors: [Factor], hasFactor: Bool) {
        try await store.read(.bounded) { reader throws(MusterError) in
            (try reader.factors(of: user.id), try reader.hasFactor(user.id))
        }
    }
}
