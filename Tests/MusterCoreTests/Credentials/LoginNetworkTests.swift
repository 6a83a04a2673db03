import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Failed logins count where they come from", .everyStore)
struct LoginNetworkTests {
    private static let wrong = Secret("wrong password")
    private static let name = "jane@example.com"
    /// Where the user sits; the others are strangers' places (RFC 5737, RFC 3849).
    private static let home = "192.0.2.1"

    private static func directory(
        _ scope: LockoutRule.Scope = .network,
        _ widths: SourceNetwork.Widths = SourceNetwork.Widths()
    ) async throws -> TestDirectory {
        let lockout = LockoutRule(duration: .seconds(900), scope: scope)
        let test = try await TestDirectory(
            rules: DirectoryRules(lockout: lockout, networks: widths)
        )
        _ = try await test.makeUser(name)
        return test
    }

    private static func fail(
        _ test: TestDirectory,
        from address: String,
        _ times: Int = 1,
        as name: String = name
    ) async {
        for _ in 0..<times {
            let refusal = await failure {
                try await test.logIn(name, wrong, from: IPAddress(address))
            }
            #expect(refusal?.code == .credentialsInvalid)
        }
    }

    private static func opens(_ test: TestDirectory, from address: String) async -> Bool {
        await failure { try await test.logIn(name, from: IPAddress(address)) } == nil
    }

    @Test("six failures from one network close the password there, and nowhere else")
    func oneNetwork() async throws {
        let test = try await Self.directory()
        await Self.fail(test, from: "198.51.100.7", 6)
        #expect(await !Self.opens(test, from: "198.51.100.7"))
        #expect(await Self.opens(test, from: "198.51.100.8"))
        #expect(await Self.opens(test, from: Self.home))
    }

    @Test(
        "with the rule for accounts six failures close the password everywhere, wherever they come from"
    )
    func account() async throws {
        let test = try await Self.directory(.account)
        for number in 1...6 { await Self.fail(test, from: "198.51.100.\(number)") }
        #expect(await !Self.opens(test, from: Self.home))
        #expect(test.clock.waits.isEmpty, "who closes for everybody delays nobody")
    }

    @Test(
        "a name that nobody has closes as one that somebody has",
        arguments: [
            LockoutRule.Scope.account, .network,
        ]
    )
    func unknownNames(_ scope: LockoutRule.Scope) async throws {
        let test = try await Self.directory(scope)
        var left: [[Int]] = []
        for name in [Self.name, "nobody@example.com"] {
            var of: [Int] = []
            for number in 1...7 {
                await Self.fail(test, from: "198.51.100.\(number)", as: name)
                let attempt = PasswordAttempt(
                    account: .name(name),
                    password: Self.wrong,
                    origin: TestDirectory.origin(),
                    source: LoginSource(SourceNetwork(of: IPAddress("203.0.113.1"))),
                    purpose: .signIn(.password)
                )
                of.append(try await PasswordVerifier(test.directory).triesLeft(attempt))
            }
            left.append(of)
        }
        #expect(left[0] == left[1])
        #expect((left[0].last != left[0].first) == (scope == .account))
    }

    @Test(
        "addresses of one network count together, those of two do not",
        arguments: [
            (32, 64, "198.51.100.7", "198.51.100.8", true),
            (24, 64, "198.51.100.7", "198.51.100.200", false),
            (24, 64, "198.51.100.7", "198.51.101.7", true),
            (32, 64, "2001:db8:0:1::1", "2001:db8:0:1:ffff::9", false),
            (32, 64, "2001:db8:0:1::1", "2001:db8:0:2::1", true),
            (32, 56, "2001:db8:0:1::1", "2001:db8:0:ff::1", false),
            (32, 56, "2001:db8:0:1::1", "2001:db8:0:100::1", true),
            (32, 64, "198.51.100.7", "::ffff:198.51.100.7", false),
        ]
    )
    func widths(
        _ v4: Int,
        _ v6: Int,
        _ first: String,
        _ second: String,
        _ isOpen: Bool
    ) async throws {
        let test = try await Self.directory(.network, SourceNetwork.Widths(v4: v4, v6: v6))
        await Self.fail(test, from: first, 6)
        #expect(await Self.opens(test, from: second) == isOpen)
    }

    @Test("failures from many networks slow a new one more and more, and never close it")
    func delays() async throws {
        let test = try await Self.directory()
        for number in 1...20 { await Self.fail(test, from: "198.51.100.\(number)") }
        let seconds = [1, 3, 5, 10] + Array(repeating: 30, count: 14)
        #expect(test.clock.waits == seconds.map { .seconds($0) })
        #expect(await Self.opens(test, from: Self.home))
        #expect(test.clock.waits.last == .seconds(30))
    }

    @Test("a network from which the user has signed in before is never held back by strangers")
    func familiar() async throws {
        let test = try await Self.directory()
        #expect(await Self.opens(test, from: Self.home))
        for number in 1...20 { await Self.fail(test, from: "198.51.100.\(number)", 6) }
        let waits = test.clock.waits.count
        #expect(await Self.opens(test, from: Self.home))
        #expect(test.clock.waits.count == waits)
    }

    @Test("a delay is over when the failures are a quarter of an hour old")
    func forgetting() async throws {
        let test = try await Self.directory()
        for number in 1...5 { await Self.fail(test, from: "198.51.100.\(number)") }
        let waits = test.clock.waits.count
        test.clock.advance(by: LoginPace.memory)
        #expect(await Self.opens(test, from: Self.home))
        #expect(test.clock.waits.count == waits)
    }

    @Test("a name that nobody has is slowed and refused as a known one is")
    func unknownNames() async throws {
        let known = try await Self.directory()
        let unknown = try await Self.directory()
        for number in 1...12 {
            await Self.fail(known, from: "198.51.100.\(number)", 8)
            await Self.fail(unknown, from: "198.51.100.\(number)", 8, as: "nobody@example.com")
        }
        #expect(!known.clock.waits.isEmpty)
        #expect(known.clock.waits == unknown.clock.waits)
    }

    @Test(
        "what is remembered of names that a crowd makes up is bounded, and the last are remembered however many there were"
    )
    func bounded() {
        let pace = LoginPace()
        let tried = TriedNames()
        let rule = LockoutRule(duration: .seconds(900))
        let now = FixedClock.start
        let network = LoginSource(SourceNetwork(of: IPAddress("198.51.100.7")))
        let names = 3 * LoginPace.nameLimit
        for number in 0..<names {
            let name = NameHash("user\(number)")
            pace.noteFailure(of: name, from: network, at: now)
            tried.noteFailure(GuessGate.Key(name: name, source: network), rule, at: now)
        }
        #expect(pace.count <= LoginPace.nameLimit)
        #expect(tried.count <= TriedNames.limit)
        let fresh = rule.triesLeft(LoginRecord(), LoginSourceRecord(), at: now)
        for number in names - 1000..<names {
            let name = NameHash("user\(number)")
            #expect(pace.networks(of: name) == 1)
            let key = GuessGate.Key(name: name, source: network)
            #expect(tried.triesLeft(key, rule, at: now) < fresh)
        }
    }

    @Test("one name keeps few networks, however many fail at it")
    func fewNetworks() {
        let pace = LoginPace()
        let name = NameHash(Self.name)
        for number in 0..<1000 {
            let network = SourceNetwork(of: IPAddress("10.0.\(number / 250).\(number % 250)"))
            pace.noteFailure(of: name, from: LoginSource(network), at: FixedClock.start)
        }
        #expect(pace.networks(of: name) <= LoginPace.delays.count + LoginPace.freeNetworks + 1)
    }
}
