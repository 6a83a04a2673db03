import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

/// A clock that stands, and does something whenever somebody waits.
private struct ActingClock: DirectoryClock {
    let act: @Sendable () async -> Void

    func now() -> Timestamp { FixedClock.start }

    func wait(for duration: Duration) async { await act() }
}

@Suite("Guesses by whoever asks for others", .everyStore)
struct SlowedQuestionTests {
    private static let wrong = Secret("wrong password")
    private static let name = "jane@example.com"
    private static let free = QuestionThrottle.freePerName
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
        _ = try await test.makeUser(Self.name)
    }

    /// Whether an answer is yes, of a client that the caller says to be in network `number`.
    private func opens(
        _ password: Secret<String>,
        in number: Int,
        by caller: Principal? = nil,
        as name: String = name
    ) async -> Bool {
        await failure {
            try await test.credentialChecks.check(
                LoginRequest(username: name, password: password),
                from: "10.0.\(number).1",
                by: caller ?? test.asMaskAdministrator
            )
        } == nil
    }

    private func fail(_ times: Int, as name: String = name) async {
        for number in 1...times {
            #expect(await !opens(Self.wrong, in: number, as: name))
        }
    }

    private func makeCaller() async throws -> Principal {
        let other = try await test.makeUser("other@example.com", role: .administrator)
        return try await test.asUser(other, by: .masks)
    }

    private let right = TestDirectory.administratorPassword

    @Test(
        "a caller that names another network each time waits longer and longer, and is never shut out"
    )
    func changingAddresses() async throws {
        await fail(Self.free)
        #expect(test.clock.waits.isEmpty)
        for number in 1...40 { #expect(await !opens(Self.wrong, in: 100 + number)) }
        let seconds = [1, 3, 5, 10] + Array(repeating: 30, count: 36)
        #expect(test.clock.waits == seconds.map { .seconds($0) })
        #expect(await opens(right, in: 200))
        #expect(test.clock.waits.last == .seconds(30))
    }

    @Test("who asks in another's name is slowed itself, and not that other one")
    func acting() async throws {
        let other = try await makeCaller()
        let acting = try await test.authenticator.impersonate(
            other.user.username.text,
            by: test.asAdministrator
        )
        for number in 1...(Self.free + 1) {
            #expect(await !opens(Self.wrong, in: number, by: acting))
        }
        #expect(test.clock.waits == [.seconds(1)])
        #expect(await opens(right, in: 200, by: other))
        #expect(test.clock.waits.count == 1)
    }

    @Test("a name that nobody has is slowed as a known one is")
    func unknownNames() async throws {
        await fail(Self.free + 10)
        let known = test.clock.waits
        test.clock.advance(by: .seconds(60))
        await fail(Self.free + 10, as: "nobody@example.com")
        #expect(known.count == 10 && test.clock.waits == known + known)
    }

    @Test("where the user had a yes for that caller before, strangers elsewhere make nobody wait")
    func familiar() async throws {
        #expect(await opens(right, in: 100))
        await fail(Self.free + 5)
        let waits = test.clock.waits.count
        #expect(await opens(right, in: 100))
        #expect(test.clock.waits.count == waits)
        #expect(await opens(right, in: 101))
        #expect(test.clock.waits.count == waits + 1)
    }

    @Test("other callers and the user's own logins are not held back")
    func others() async throws {
        let other = try await makeCaller()
        await fail(Self.free + 5)
        let waits = test.clock.waits.count
        #expect(await opens(right, in: 200, by: other))
        _ = try await test.logIn(Self.name, from: IPAddress("203.0.113.9"))
        #expect(test.clock.waits.count == waits, "addresses that a caller has made up slow nobody")
    }

    @Test("what one caller asks about a name and an address closes them for no other caller")
    func onePlace() async throws {
        let other = try await makeCaller()
        for _ in 1...QuestionThrottle.limitPerNameAndAddress + 1 {
            #expect(await !opens(Self.wrong, in: 1))
        }
        #expect(try await test.auditEvents().last?.fields.first?.value == "throttled")
        #expect(await opens(right, in: 1, by: other))
    }

    @Test("failures a quarter of an hour apart never add up")
    func forgetting() async throws {
        for number in 1...Self.free * 2 {
            #expect(await !opens(Self.wrong, in: number))
            test.clock.advance(by: LoginPace.memory)
        }
        #expect(test.clock.waits.isEmpty)
    }

    /// A question about a name, from a network of this number.
    private func question(_ name: String, _ number: Int) -> QuestionThrottle.Question {
        QuestionThrottle.Question(
            name: NameHash(name),
            address: IPAddress("10.0.\(number / 250).\(number % 250)"),
            caller: UserID(rawValue: 7),
            isFamiliar: false
        )
    }

    @Test(
        "questions at the same moment count before they are answered, and not those that get a yes"
    )
    func sameSnapshot() {
        let throttle = QuestionThrottle()
        let questions = (0..<30).map { question(Self.name, $0) }
        let delays = questions.map { throttle.admit($0, at: FixedClock.start) }
        #expect(delays.prefix(Self.free).allSatisfy { $0 == .zero })
        #expect(Array(delays[Self.free..<25]) == LoginPace.delays)
        #expect(delays.last == .seconds(30))
        for question in questions { throttle.release(question) }
        #expect(throttle.count == 0, "nothing is kept of them")
        #expect(throttle.admit(question(Self.name, 1), at: FixedClock.start) == .zero)
    }

    @Test("one caller's questions leave places to others, and to users from where they are known")
    func share() {
        let throttle = QuestionThrottle()
        func question(
            _ number: Int,
            by caller: Int64,
            isFamiliar: Bool = false
        )
            -> QuestionThrottle.Question
        {
            QuestionThrottle.Question(
                name: NameHash(Self.name),
                address: IPAddress("10.\(number / 62_500).\(number / 250 % 250).\(number % 250)"),
                caller: UserID(rawValue: caller),
                isFamiliar: isFamiliar
            )
        }
        let most = QuestionThrottle.limitOfOneCaller
        for number in 0..<most { _ = throttle.admit(question(number, by: 7), at: FixedClock.start) }
        #expect(throttle.admit(question(most, by: 7), at: FixedClock.start) == nil)
        #expect(throttle.admit(question(0, by: 7), at: FixedClock.start) != nil, "it has a place")
        let known = question(most, by: 7, isFamiliar: true)
        #expect(throttle.admit(known, at: FixedClock.start) == .zero)
        #expect(throttle.admit(question(most, by: 8), at: FixedClock.start) == .zero)
        throttle.release(question(1, by: 7))
        throttle.release(known)
        #expect(throttle.admit(question(most, by: 7), at: FixedClock.start) != nil)
    }

    @Test("an address that is none takes no place")
    func malformed() async throws {
        for number in 0..<3 {
            let refusal = await failure {
                try await test.credentialChecks.check(
                    LoginRequest(username: Self.name, password: Self.wrong),
                    from: "nowhere \(number)",
                    by: test.asMaskAdministrator
                )
            }
            #expect(refusal?.code == .loginFailed)
        }
        #expect(test.directory.questions.count == 0)
        #expect(try await test.auditEvents().last?.fields.first?.value == "malformed address")
    }

    @Test("a question whose password nobody has looked at is no guess")
    func unchecked() async throws {
        let test = try await TestDirectory(hasher: FullHasher())
        let refusal = await failure {
            try await test.credentialChecks.check(
                LoginRequest(username: TestDirectory.administratorName, password: Self.wrong),
                from: "10.0.0.1",
                by: test.asMaskAdministrator
            )
        }
        #expect(refusal?.code == .overloaded)
        #expect(test.directory.questions.count == 0)
    }

    @Test("a question for which there is no place to wait is no guess, and told to come again")
    func noPlace() async throws {
        var rules = DirectoryRules()
        rules.waitingLogins = WaitingLogins.Limits(ofOneAsker: 0)
        let test = try await TestDirectory(rules: rules)
        _ = try await test.makeUser(Self.name)
        let checks = test.credentialChecks
        let caller = test.asMaskAdministrator
        var refusals: [MusterError.Code?] = []
        for number in 0..<Self.free + 3 {
            let refusal = await failure {
                try await checks.check(
                    LoginRequest(username: Self.name, password: Self.wrong),
                    from: "10.0.\(number).1",
                    by: caller
                )
            }
            refusals.append(refusal?.code)
        }
        #expect(refusals.prefix(Self.free).allSatisfy { $0 == .loginFailed })
        #expect(refusals.suffix(3) == [.overloaded, .overloaded, .overloaded])
        #expect(test.directory.questions.count == Self.free + 1, "the refused ones do not count")
    }

    @Test("a caller that loses its right while a question waits is not told about the password")
    func lostWhileWaiting() async throws {
        let asker = try await test.makeUser("other@example.com", role: .administrator)
        let caller = try await test.asUser(asker, by: .masks)
        let clock = ActingClock { [test] in
            var disabled = asker
            disabled.isEnabled = false
            try? await test.overwrite(disabled)
        }
        let parts = test.directory
        let checks = CredentialCheckService(
            Directory(
                store: parts.store,
                spools: parts.spools,
                clock: clock,
                random: parts.random,
                digester: parts.digester,
                curves: parts.curves,
                cryptography: parts.cryptography,
                hasher: parts.hasher,
                codeSender: parts.codeSender,
                rules: parts.rules,
                identity: parts.identity
            )
        )
        var codes: [MusterError.Code?] = []
        for number in 0...Self.free {
            let refusal = await failure {
                try await checks.check(
                    LoginRequest(username: Self.name, password: Self.wrong),
                    from: "10.0.\(number).1",
                    by: caller
                )
            }
            codes.append(refusal?.code)
        }
        #expect(codes.dropLast().allSatisfy { $0 == .loginFailed })
        #expect(codes.last == .credentialsInvalid)
    }

    @Test(
        "what is remembered of names that a caller makes up is bounded, and the last are remembered however many there were"
    )
    func bounded() {
        var names = AskedNames()
        let count = 3 * LoginPace.nameLimit
        func add(_ number: Int) -> Int {
            let key = AskedNames.Key(name: NameHash("user\(number)"), caller: UserID(rawValue: 7))
            return names.add(key, at: FixedClock.start)
        }
        let areNew = (0..<count).allSatisfy { add($0) == 1 }
        #expect(areNew)
        #expect(names.count <= LoginPace.nameLimit)
        for number in count - 1000..<count { #expect(add(number) == 2) }
    }
}

/// Makes hashes, and has no place for a check.
private struct FullHasher: WrappingHasher {
    let hasher = InstantHasher()

    func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        throw MusterError(.overloaded, "Too many.", cause: HashingRefusal(lane.kind))
    }
}
