import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What is kept of sources is pushed out by no crowd", .everyStore)
struct LoginSourceBoundTests {
    private static let name = "jane@example.com"
    private static let wrong = Secret("wrong password")

    private let test: TestDirectory
    private let jane: User

    init() async throws {
        test = try await TestDirectory()
        jane = try await test.makeUser(Self.name)
    }

    private func fail(from address: String, _ times: Int = 1) async {
        for _ in 0..<times {
            _ = await failure {
                try await test.logIn(Self.name, Self.wrong, from: IPAddress(address))
            }
        }
    }

    private func opens(from address: String) async -> Bool {
        await failure { try await test.logIn(Self.name, from: IPAddress(address)) } == nil
    }

    /// One failure from each of some networks, each of another site.
    private func crowd(_ count: Int, _ site: String = "2001:db8") async {
        for number in 1...count {
            await fail(from: "\(site):\(String(number, radix: 16))::1")
        }
    }

    private func sources() async throws -> [LoginSource] {
        try await test.directory.store.read(.bounded) { [jane] reader throws(MusterError) in
            try reader.loginSources(of: jane.id).map(\.source)
        }
    }

    @Test("a network that is closed stays closed while a crowd of others fails")
    func closed() async throws {
        await fail(from: "198.51.100.7", 6)
        await crowd(LoginSourceLimits.failing + 4)
        #expect(await !opens(from: "198.51.100.7"))
        test.clock.advance(by: .seconds(900))
        #expect(await opens(from: "198.51.100.7"))
    }

    @Test("guesses at the present password stay bounded while a crowd fails at the name")
    func guesses() async throws {
        let method = try await test.asUser(jane).method
        func guess(_ number: Int, _ password: Secret<String>) async throws -> MusterError? {
            let address = IPAddress("2001:db8:ffff:\(String(number, radix: 16))::1")
            let principal = try await test.asUser(jane, method: method, from: address)
            return await failure {
                try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
                    PasswordChange(new: Secret("Better-Horse-8"), current: password)
                }
            }
        }
        for round in 0..<3 {
            for number in 1...22 { _ = try await guess(round * 100 + number, Self.wrong) }
            await crowd(LoginSourceLimits.failing + 4, "2001:db8:\(round + 1)")
        }
        let right = try await guess(999, TestDirectory.administratorPassword)
        #expect(right?.code == .currentPasswordInvalid)
    }

    @Test("beyond the bound new networks count with their neighbours, and close together")
    func neighbours() async throws {
        await crowd(LoginSourceLimits.failing)
        for number in 1...6 { await fail(from: "198.51.100.\(number)") }
        #expect(await !opens(from: "198.51.100.7"))
        #expect(await opens(from: "203.0.113.7"))
        #expect(try await sources().count { $0.kind == .neighbourhood } == 1)
    }

    @Test("a crowd of neighbourhoods keeps the store bounded, and shuts nobody out for good")
    func bounded() async throws {
        await crowd(3 * LoginSourceLimits.failing)
        #expect(try await sources().count == 2 * LoginSourceLimits.failing)
        #expect(await opens(from: "203.0.113.7"))
    }

    @Test("what applications ask pushes out no network of the user's own")
    func askers() async throws {
        #expect(await opens(from: "192.0.2.1"))
        let application = try await test.makeUser("app@example.com", role: .administrator)
        let principal = try await test.asUser(application)
        for number in 1...LoginSourceLimits.familiar + 1 {
            test.clock.advance(by: .seconds(1))
            _ = try await test.credentialChecks.check(
                LoginRequest(username: Self.name, password: TestDirectory.administratorPassword),
                from: "198.51.100.\(number)",
                by: principal
            )
        }
        await crowd(10)
        let waits = test.clock.waits.count
        #expect(await opens(from: "192.0.2.1"))
        #expect(test.clock.waits.count == waits)
    }

    @Test("what failed while the clock was ahead does not void the lock")
    func fromTheFuture() async throws {
        let year = Duration.seconds(31_536_000)
        test.clock.advance(by: year)
        await crowd(LoginSourceLimits.failing)
        test.clock.advance(by: .zero - year)
        await fail(from: "198.51.100.7", 20)
        #expect(await !opens(from: "198.51.100.7"))
        try await test.sessions.sweep()
        #expect(try await sources().map(\.text) == ["198.51.100.7/32"])
    }

    @Test("networks of a time when the clock was ahead make room for those of today")
    func familiarFuture() async throws {
        let year = Duration.seconds(31_536_000)
        test.clock.advance(by: year)
        for number in 1...LoginSourceLimits.familiar {
            #expect(await opens(from: "198.51.100.\(number)"))
        }
        test.clock.advance(by: .zero - year)
        #expect(await opens(from: "192.0.2.1"))
        #expect(await opens(from: "192.0.2.2"))
        #expect(try await sources().map(\.text).contains("192.0.2.1/32"))
    }

    @Test(
        "as many may be tried at a time of a known name as of an unknown one, also after a crowd and a new start"
    )
    func triesAtATime() async throws {
        var left: [[Int]] = []
        for name in [Self.name, "nobody@example.com"] {
            let source = LoginSource(SourceNetwork(of: IPAddress("198.51.100.7")))
            let attempt = PasswordAttempt(
                account: .name(name),
                password: Self.wrong,
                origin: TestDirectory.origin(),
                source: source,
                purpose: .signIn(.password)
            )
            for _ in 0..<6 {
                _ = await failure {
                    try await test.logIn(name, Self.wrong, from: IPAddress("198.51.100.7"))
                }
            }
            var numbers = [try await PasswordVerifier(test.directory).triesLeft(attempt)]
            for number in 1...LoginSourceLimits.failing + 4 {
                let address = IPAddress("2001:db8:\(String(number, radix: 16))::1")
                _ = await failure { try await test.logIn(name, Self.wrong, from: address) }
            }
            numbers.append(try await PasswordVerifier(test.directory).triesLeft(attempt))
            numbers.append(try await PasswordVerifier(startedAnew()).triesLeft(attempt))
            left.append(numbers)
        }
        #expect(left[0] == left[1])
        #expect(left[0].first == 1)
    }

    /// The same store, behind a server that has just begun.
    private func startedAnew() -> Directory {
        let old = test.directory
        return Directory(
            store: old.store,
            spools: old.spools,
            clock: old.clock,
            random: old.random,
            digester: old.digester,
            curves: old.curves,
            cryptography: old.cryptography,
            hasher: old.hasher,
            codeSender: old.codeSender,
            rules: old.rules,
            identity: old.identity
        )
    }
}
