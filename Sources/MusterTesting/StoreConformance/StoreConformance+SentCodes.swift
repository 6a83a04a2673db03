import MusterCore
import Testing

extension StoreConformance {
    func sentCodes() async throws {
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

    func stampsFromTheFuture() async throws {
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
