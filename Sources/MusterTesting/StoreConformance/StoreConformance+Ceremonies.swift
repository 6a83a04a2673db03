import MusterCore
import Testing

extension StoreConformance {
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
                source: number == 0 ? digest(8) : nil,
                issuedAt: now.advanced(by: .seconds(number))
            )
            try await store.write { transaction throws(MusterError) in
                try transaction.insertCeremony(ceremony)
                var less = ceremony
                less.triesLeft = 2
                try transaction.updateCeremony(less)
            }
            let kept = try await find(ceremony.digest, in: store)
            #expect(kept?.purpose == purpose && kept?.challenge == [UInt8(number)])
            #expect(kept?.user == user.id && kept?.triesLeft == 2)
            #expect(kept?.issuedAt == ceremony.issuedAt)
            #expect(kept?.source?.bytes == ceremony.source?.bytes)
        }
        let all = try await store.write { transaction throws(MusterError) in
            try transaction.ceremonies(of: user.id)
        }
        #expect(all.map(\.digest.bytes) == (0...2).map { digest($0).bytes })
        #expect(all.map { $0.source?.bytes } == [digest(8).bytes, nil, nil])
        try await store.write { [now] transaction throws(MusterError) in
            for number in 0..<Ceremony.perUser {
                try transaction.insertCeremony(
                    Ceremony(
                        digest: digest(UInt8(100 + number)),
                        user: user.id,
                        purpose: .registration,
                        challenge: [],
                        issuedAt: now.advanced(by: .seconds(5 + number))
                    )
                )
            }
        }
        #expect(try await find(digest(0), in: store) == nil, "the oldest has ended")
        #expect(try await find(digest(100), in: store) != nil)
        #expect(try await find(digest(3), in: store) != nil, "what is spent stays spent")
        try await store.write { [now] transaction throws(MusterError) in
            try transaction.forgetCeremonies(
                outside: now.advanced(by: .seconds(9))...now.advanced(by: .seconds(19))
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
}
