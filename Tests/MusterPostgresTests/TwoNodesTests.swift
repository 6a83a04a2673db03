import MusterCore
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("Two nodes on one database decide one after the other")
struct TwoNodesTests {
    /// How often each race is run: one may go well by chance.
    private static let rounds = 8

    /// A directory, as two nodes have it.
    private func makeNodes() async throws -> (TestDirectory, TestDirectory) {
        let server = try PostgresServer.shared.get()
        let place = try server.makePlace()
        let first = try await TestDirectory(store: try await server.open(place))
        return (first, TestDirectory(first, on: try await server.open(place)))
    }

    /// Does two things at the same moment, and tells how each failed.
    private func race(
        _ first: @escaping @Sendable () async throws -> Void,
        _ second: @escaping @Sendable () async throws -> Void
    ) async -> [MusterError?] {
        async let one = failure { try await first() }
        async let other = failure { try await second() }
        return await [one, other]
    }

    @Test("of two nodes that begin the numbers of accounts elsewhere, both are told the same")
    func accountNumbers() async throws {
        let server = try PostgresServer.shared.get()
        let place = try server.makePlace()
        let (one, other) = (try await server.open(place), try await server.open(place))
        _ = try await TestDirectory(store: one)
        #expect(try await one.accountNumbers() == nil, "no machine was told any")
        let wanted = AccountNumbers(firstUser: 100_000, firstGroup: 200_000)
        async let first = one.keep(.usual)
        async let second = other.keep(wanted)
        let kept = try await [first, second]
        #expect(kept == [.usual, .usual] || kept == [wanted, wanted])
        #expect(try await one.keep(wanted) == kept[0])
        #expect(try await other.accountNumbers() == kept[0])
        try await one.close()
        try await other.close()
    }

    @Test("of the last two administrators, who disable each other, one stays")
    func lastAdministrators() async throws {
        let (first, second) = try await makeNodes()
        let owner = first.administrator
        let other = try await first.makeUser("other@example.com", role: .administrator)
        let machine = Principal(user: owner, method: .local, origin: TestDirectory.origin())
        for round in 0..<Self.rounds {
            let outcomes = await race {
                _ = try await first.users.edit(.user(.id(owner.id)), by: machine) {
                    () throws(MusterError) in UserChanges { $0.isEnabled = false }
                }
            } _: {
                _ = try await second.users.edit(.user(.id(other.id)), by: machine) {
                    () throws(MusterError) in UserChanges { $0.isEnabled = false }
                }
            }
            #expect(outcomes.count { $0 != nil } == 1, "round \(round)")
            let users = [try await user(owner, in: first), try await user(other, in: first)]
            #expect(users.count { $0?.isEnabled == true } == 1, "round \(round)")
            for user in [owner, other] { try await enable(user, in: first) }
        }
    }

    /// A user as the store has it.
    private func user(_ user: User, in test: TestDirectory) async throws -> User? {
        try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.id(user.id))
        }
    }

    /// Lets a user in again, past the rules.
    private func enable(_ user: User, in test: TestDirectory) async throws {
        try await test.directory.store.write { transaction throws(MusterError) in
            guard var present = try transaction.user(.id(user.id)) else { return }
            present.isEnabled = true
            try transaction.updateUser(present, at: FixedClock.start)
        }
    }

    @Test("a login name that both give away is given once, whatever its ASCII case")
    func sameName() async throws {
        let (first, second) = try await makeNodes()
        for round in 0..<Self.rounds {
            let outcomes = await race {
                _ = try await first.makeUser("Jane\(round)@example.com")
            } _: {
                _ = try await second.makeUser("jANE\(round)@EXAMPLE.com")
            }
            #expect(outcomes.compactMap { $0?.code } == [.userAlreadyExists], "round \(round)")
        }
        let count = try await first.directory.store.read(.unbounded) { reader throws(MusterError) in
            try reader.userCount()
        }
        #expect(count == 1 + Self.rounds)
    }

    @Test("a code that both are shown is taken once")
    func sameCode() async throws {
        let (first, second) = try await makeNodes()
        let user = first.administrator.id
        let digests = (0..<UInt8(Self.rounds)).map { Digest([UInt8](repeating: $0, count: 32)) }
        try await first.directory.store.write { transaction throws(MusterError) in
            try transaction.replaceRecoveryCodes(of: user, with: digests)
        }
        for digest in digests {
            @Sendable func spend(_ test: TestDirectory) async throws -> Bool {
                try await test.directory.store.write { transaction throws(MusterError) in
                    // Looked for before it is used up, as a rule would.
                    guard try transaction.recoveryCodeCount(of: user) > 0 else { return false }
                    return try transaction.spendRecoveryCode(digest, of: user)
                }
            }
            async let one = spend(first)
            async let other = spend(second)
            let spent = try await [one, other]
            #expect(spent.count { $0 } == 1)
        }
    }

    @Test(
        "of two nodes that send a user a code at the same moment one does, and both take it, once"
    )
    func sentCode() async throws {
        let (first, second) = try await makeNodes()
        let name = "jane@example.com"
        var user = try await first.makeUser(name)
        user.secondFactor = SecondFactor(
            phone: try PhoneNumber("+4915112345678"),
            isPhoneVerified: true,
            isSMSEnabled: true
        )
        try await first.overwrite(user)
        for round in 0..<Self.rounds {
            let before = first.codes.messages + second.codes.messages
            let outcomes = await race {
                _ = try await first.logIn(name)
            } _: {
                _ = try await second.logIn(name)
            }
            #expect(outcomes.map { $0?.code } == [.codeRequired, .codeRequired], "round \(round)")
            let sent = (first.codes.messages + second.codes.messages).filter { message in
                !before.contains { $0.issuedAt == message.issuedAt }
            }
            #expect(sent.count == 1, "round \(round)")
            let code = try #require(sent.first?.code)
            let taken = await race {
                _ = try await first.logIn(name, code: code)
            } _: {
                _ = try await second.logIn(name, code: code)
            }
            #expect(taken.count { $0 == nil } == 1, "round \(round)")
            // Ten codes a day go to one number.
            for test in [first, second] { test.clock.advance(by: .seconds(86_400)) }
        }
    }

    @Test("of two pairs of keys that are made for a user, one is good and the other is nobody's")
    func sameKeys() async throws {
        let (first, second) = try await makeNodes()
        let user = try await first.makeUser("jane@example.com")
        for round in 0..<Self.rounds {
            @Sendable func rotate(_ test: TestDirectory) async throws -> APIKeyPair {
                try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
            }
            async let one = rotate(first)
            async let other = rotate(second)
            var good = 0
            for pair in try await [one, other] {
                if await failure({ try await second.enter(pair) }) == nil { good += 1 }
            }
            #expect(good == 1, "round \(round)")
        }
        let events = try await first.auditEvents().filter { $0.target?.uuid == user.uuid }
        #expect(events.count == 1 + 2 * Self.rounds, "each change has its record")
    }

    @Test("what one node has acknowledged, the other one reads")
    func seen() async throws {
        let (first, second) = try await makeNodes()
        for number in 0..<20 {
            let user = try await first.makeUser("user\(number)@example.com")
            let found = try await second.directory.store.read(.bounded) {
                reader throws(MusterError) in try reader.user(.id(user.id))
            }
            #expect(found?.username == user.username)
        }
    }

    @Test("numbers of groups of changes have no gap, though changes fail")
    func positions() async throws {
        let (first, second) = try await makeNodes()
        let store = try #require(first.directory.store as? PostgresStore)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                let test = number.isMultiple(of: 2) ? first : second
                group.addTask {
                    _ = await failure {
                        try await test.directory.store.write { transaction throws(MusterError) in
                            try transaction.updateLogins(
                                of: test.administrator.id,
                                to: LoginRecord()
                            )
                            guard number.isMultiple(of: 3) else { throw .noSuchUser }
                        }
                    }
                }
            }
        }
        let positions = try await store.positions()
        #expect(positions == Array(1...Int64(positions.count)))
        #expect(positions.count > 1)
    }
}

extension PostgresStore {
    /// The positions of all groups of changes that are remembered, in order.
    func positions() async throws(MusterError) -> [Int64] {
        try await read(.bounded) { reader throws(MusterError) in
            guard let transaction = reader as? PostgresTransaction else { return [] }
            return try transaction.rows(
                "SELECT position FROM change_group ORDER BY position",
                []
            ) { $0[0] }
        }
    }
}
