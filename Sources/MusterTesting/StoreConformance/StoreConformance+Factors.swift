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
        #expect(secret.key?.withExposedValue { $0 } == [1, 2, 3])
        #expect(used.counter == 12 && used.isBackedUp && used.isBackupEligible)
        #expect(used.credentialID == [7, 7] && used.publicKey == [8] && used.model.count == 16)
        let found = try await store.read(.bounded) { reader throws(MusterError) in
            (try reader.passkey([7, 7])?.id, try reader.passkey([7])?.id)
        }
        #expect(found.0 == key.id && found.1 == nil)
    }
}
