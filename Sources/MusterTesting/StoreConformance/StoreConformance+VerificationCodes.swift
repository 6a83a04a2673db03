import MusterCore
import Testing

extension StoreConformance {
    /// One verification code waits for a user's answer, with what it is for and how many tries are left.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func verificationCodes() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        #expect(try await code(of: user, in: store) == nil)

        let phone = try PhoneNumber("+4915112345678")
        let purposes: [VerificationCode.Purpose] = [.phone(phone), .login, .phone(phone)]
        for (number, purpose) in purposes.enumerated() {
            let kept = VerificationCode(
                digest: digest(UInt8(number)),
                purpose: purpose,
                issuedAt: now.advanced(by: .seconds(number)),
                triesLeft: number
            )
            try await replaceCode(of: user, with: kept, in: store)
            let found = try #require(try await code(of: user, in: store))
            #expect(found.digest.matches(kept.digest))
            #expect(found.purpose == purpose)
            #expect(found.issuedAt == kept.issuedAt)
            #expect(found.triesLeft == number)
        }
        let others = VerificationCode(
            digest: digest(9),
            purpose: .login,
            issuedAt: now,
            triesLeft: 1
        )
        try await replaceCode(of: other, with: others, in: store)
        for _ in 1...2 {
            try await store.write { transaction throws(MusterError) in
                try transaction.deleteVerificationCode(of: user.id)
            }
            #expect(try await code(of: user, in: store) == nil)
        }
        #expect(try await code(of: other, in: store)?.triesLeft == 1)
    }

    private func replaceCode(
        of user: User,
        with code: VerificationCode,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        try await store.write { transaction throws(MusterError) in
            try transaction.replaceVerificationCode(of: user.id, with: code)
        }
    }

    private func code(
        of user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) -> VerificationCode? {
        try await store.read(.bounded) { reader throws(MusterError) in
            try reader.verificationCode(of: user.id)
        }
    }
}
