import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Logins on the machine itself", .everyStore)
struct LocalLoginTests {
    private static let name = "alice@example.com"
    private static let wrong = Secret("Not-The-Password-1")

    private let test: TestDirectory
    private let hasher = InstantHasher()
    private let service: LocalLoginService

    init() async throws {
        test = try await TestDirectory(hasher: hasher)
        service = LocalLoginService(test.directory)
    }

    private func opens(
        _ password: Secret<String> = TestDirectory.administratorPassword,
        name: String = LocalLoginTests.name,
        from address: String? = "192.0.2.7"
    ) async throws(MusterError) -> Bool {
        try await service.opens(
            LoginRequest(username: name, password: password),
            from: address,
            requestID: TestDirectory.requestID
        )
    }

    private func change(_ user: User, _ body: (inout User) throws -> Void) async throws {
        var user = try await test.current(user)
        try body(&user)
        try await test.overwrite(user)
    }

    @Test("only the right password of an enabled user who may sign in with it comes in")
    func signInMethods() async throws {
        let user = try await test.makeUser(LocalLoginTests.name)
        #expect(try await opens())
        #expect(try await opens(name: "ALICE@EXAMPLE.COM"))
        #expect(try await !opens(LocalLoginTests.wrong))
        #expect(try await !opens(name: "bob@example.com"))
        try await change(user) { $0.authorizations.password = false }
        #expect(try await !opens())
        #expect(
            try await service.admission(of: LocalLoginTests.name, from: "192.0.2.7") == .admitted
        )
        try await change(user) { $0.authorizations.password = true }
        try await change(user) { $0.isEnabled = false }
        #expect(try await !opens())
        #expect(
            try await service.admission(of: LocalLoginTests.name, from: "192.0.2.7") == .refused
        )
    }

    @Test("however many networks fail, a login program waits no longer than it has time")
    func delays() async throws {
        _ = try await test.makeUser(LocalLoginTests.name)
        for number in 1...8 {
            #expect(try await !opens(LocalLoginTests.wrong, from: "198.51.100.\(number)"))
        }
        let waits = test.clock.waits.count
        #expect(try await opens())
        #expect(test.clock.waits.count == waits + 1)
        #expect(test.clock.waits.allSatisfy { $0 <= .seconds(1) }, "muster pam-auth has 2 seconds")
    }

    @Test("hosts hold, and without an address only users without hosts come in")
    func hosts() async throws {
        let user = try await test.makeUser(LocalLoginTests.name)
        #expect(try await opens(from: nil))
        #expect(try await service.admission(of: LocalLoginTests.name, from: nil) == .admitted)
        try await change(user) { $0.hosts = try AllowedNetworks(["192.0.2.0/24"]) }
        for (address, isAllowed) in [
            ("192.0.2.7", true), ("::ffff:192.0.2.7", true), ("192.0.3.7", false), ("::1", false),
            (nil, false),
        ] {
            #expect(try await opens(from: address) == isAllowed)
            #expect(
                try await (service.admission(of: LocalLoginTests.name, from: address) == .admitted)
                    == isAllowed
            )
        }
        #expect(try await service.admission(of: "bob@example.com", from: nil) == .refused)
    }

    @Test(
        "a place that is no address is unknown: good for who may come from anywhere, and for no rule",
        arguments: [
            "", "localhost", "127.1", "192.0.2.7 ", "192.0.2.0/24", "fe80::1%", "UNKNOWN",
        ]
    )
    func unknownPlaces(_ address: String) async throws {
        let user = try await test.makeUser(LocalLoginTests.name)
        #expect(try await opens(from: address))
        #expect(try await service.admission(of: LocalLoginTests.name, from: address) == .admitted)
        try await change(user) { $0.hosts = try AllowedNetworks(["0.0.0.0/0", "::/0"]) }
        let before = hasher.calls.checks
        #expect(try await !opens(from: address))
        #expect(hasher.calls.checks == before + 1, "the work is the same")
        #expect(try await service.admission(of: LocalLoginTests.name, from: address) == .refused)
        #expect(try await reasons() == ["host not allowed"])
    }

    @Test(
        "an address as a system reports it, with a zone, brackets or a port, is that address",
        arguments: [
            "fe80::7%eth0", "[fe80::7]", "[fe80::7%2]:22", "fe80::7", "192.0.2.7:22", "192.0.2.7",
        ]
    )
    func reportedPlaces(_ address: String) async throws {
        let user = try await test.makeUser(LocalLoginTests.name)
        try await change(user) { $0.hosts = try AllowedNetworks(["fe80::7", "192.0.2.7"]) }
        #expect(try await opens(from: address))
        #expect(try await service.admission(of: LocalLoginTests.name, from: address) == .admitted)
    }

    @Test("what sshd sends for unknown accounts counts for nobody")
    func junk() async throws {
        let user = try await test.makeUser(LocalLoginTests.name)
        for length in 1...20 {
            let junk = String(
                "\u{8}\n\r\u{7F}INCORRECT\u{8}\n\r\u{7F}INC".unicodeScalars.prefix(length)
            )
            let before = hasher.calls.checks
            #expect(try await !opens(Secret(junk)))
            #expect(hasher.calls.checks == before + 1, "the work is the same")
        }
        #expect(try await test.current(user).logins == LoginRecord())
        #expect(try await opens())
        #expect(Set(try await reasons()) == ["not a password"])
    }

    @Test(
        "511 bytes may be the beginning of a longer password: refused with that reason, and never counted"
    )
    func cut() async throws {
        let user = try await test.makeUser(LocalLoginTests.name)
        for _ in 0...LockoutRule.maximumFailures * 2 {
            let before = hasher.calls.checks
            #expect(try await !opens(Secret(String(repeating: "p", count: 511))))
            #expect(hasher.calls.checks == before + 1, "the work is the same")
        }
        #expect(try await !opens(Secret(String(repeating: "é", count: 255) + "?")))
        #expect(try await test.current(user).logins == LoginRecord())
        #expect(Set(try await reasons()) == ["may be cut"])
        #expect(
            try await test.auditEvents().contains { $0.isFailure && $0.target?.uuid == user.uuid }
        )
        #expect(try await opens())
        #expect(try await !opens(Secret(String(repeating: "p", count: 511)), name: "nobody"))
        for count in [510, 512] {
            #expect(try await !opens(Secret(String(repeating: "p", count: count))))
        }
        #expect(try await test.current(user).logins.failureCount == 2)
    }

    @Test("a password of 511 bytes that is right is refused here all the same, and opens elsewhere")
    func cutAndRight() async throws {
        let user = try await test.makeUser(LocalLoginTests.name)
        let new = Secret("Aa1-" + String(repeating: "p", count: 507))
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            PasswordChange(new: new, current: nil, isTemporary: false)
        }
        #expect(try await !opens(new))
        _ = try await test.logIn(LocalLoginTests.name, new)
    }

    @Test("too many wrong passwords lock the password, but not keys")
    func lock() async throws {
        _ = try await test.makeUser(LocalLoginTests.name)
        for _ in 0...LockoutRule.maximumFailures {
            #expect(try await !opens(LocalLoginTests.wrong))
        }
        #expect(try await !opens())
        #expect(
            try await service.admission(of: LocalLoginTests.name, from: "192.0.2.7") == .admitted
        )
        test.clock.advance(by: .seconds(901))
        #expect(try await opens())
    }

    @Test("strangers who try one name after the other do not shut out anybody else")
    func noLimitForAll() async throws {
        _ = try await test.makeUser(LocalLoginTests.name)
        for number in 0..<300 {
            #expect(try await !opens(LocalLoginTests.wrong, name: "stranger-\(number)"))
        }
        #expect(try await opens())
    }

    @Test("each check is one line in the audit log, with the place and without the password")
    func audit() async throws {
        let user = try await test.makeUser(LocalLoginTests.name)
        let before = try await test.auditEvents().count
        #expect(try await opens())
        #expect(try await !opens(LocalLoginTests.wrong))
        #expect(try await !opens(name: "Correct-Horse-7"))
        _ = try await service.admission(of: LocalLoginTests.name, from: nil)
        let events = try await test.auditEvents().dropFirst(before)
        #expect(
            events.map(\.action) == [
                .authenticatePassword, .authenticatePassword, .authenticatePassword,
            ]
        )
        #expect(events.map(\.isFailure) == [false, true, true])
        #expect(events.map { $0.target?.uuid } == [user.uuid, user.uuid, nil])
        #expect(events.allSatisfy { $0.actor == nil && $0.address == "192.0.2.7" })
        #expect(events.allSatisfy { $0.requestID == TestDirectory.requestID })
        #expect(!"\(events)".contains("Correct-Horse") && !"\(events)".contains("Not-The-Password"))
    }

    @Test("a check leaves no session, and the user as it was but for when it came in")
    func noTrace() async throws {
        var user = try await test.makeUser(LocalLoginTests.name)
        #expect(try await opens())
        user.logins.lastSuccess = test.clock.now()
        #expect(try await test.current(user) == user)
    }

    @Test("who has only sent codes does not come in here, and who has a temporary password does")
    func passwordAlone() async throws {
        let user = try await test.makeUser(LocalLoginTests.name)
        try await change(user) { $0.secondFactor.isEmailEnabled = true }
        #expect(try await !opens())
        #expect(test.codes.messages.isEmpty)
        try await change(user) { $0.secondFactor.isEmailEnabled = false }
        let new = LocalLoginTests.wrong
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            PasswordChange(new: new, current: nil, isTemporary: true)
        }
        #expect(try await !opens())
        #expect(try await opens(LocalLoginTests.wrong))
    }

    @Test("too much work is said, not guessed at")
    func overload() async throws {
        _ = try await test.makeUser(LocalLoginTests.name)
        hasher.setOverloaded(true)
        #expect(await failure { try await opens() }?.code == .overloaded)
        #expect(await failure { try await opens(from: "localhost") }?.code == .overloaded)
    }

    @Test("what forbids the password while it is checked counts for that check")
    func meanwhile() async throws {
        let text = TestDirectory.administratorPassword.withExposedValue { $0 }
        for change in Change.allCases {
            let hasher = MeetingHasher(checks: 2, of: text)
            let test = try await TestDirectory(hasher: hasher)
            let user = try await test.makeUser(LocalLoginTests.name)
            let service = LocalLoginService(test.directory)
            let request = LoginRequest(
                username: LocalLoginTests.name,
                password: TestDirectory.administratorPassword
            )
            async let outcome = service.opens(
                request,
                from: "192.0.2.7",
                requestID: TestDirectory.requestID
            )
            for await _ in hasher.arrivals { break }
            try await change.make(user, in: test)
            // The second of the two who meet, so that the first goes on.
            let stranger = LoginRequest(username: "bob", password: request.password)
            _ = try await service.opens(stranger, from: nil, requestID: TestDirectory.requestID)
            #expect(try await outcome == false, "\(change)")
            let event = try await test.auditEvents().last { $0.target?.uuid == user.uuid }
            #expect(event?.isFailure == true)
        }
    }

    enum Change: CaseIterable {
        case disabling, deletion, hosts, password, lock, method

        func make(_ user: User, in test: TestDirectory) async throws {
            var changed = user
            switch self {
            case .disabling: changed.isEnabled = false
            case .method: changed.authorizations.password = false
            case .hosts: changed.hosts = try AllowedNetworks(["10.0.0.0/8"])
            case .deletion, .password, .lock: break
            }
            try await test.overwrite(changed)
            let hash = PasswordHash("another")
            let now = test.clock.now()
            let change = self
            try await test.directory.store.write { transaction throws(MusterError) in
                switch change {
                case .deletion:
                    try transaction.deleteUser(user.id)
                case .password:
                    let password = StoredPassword(hash: hash, isTemporary: false, changedAt: now)
                    try transaction.replacePassword(of: user.id, with: password)
                case .lock:
                    let logins = LoginRecord(failureCount: 6, failureTotal: 6, lastFailure: now)
                    try transaction.updateLogins(of: user.id, to: logins)
                    try transaction.replaceLoginSource(
                        LoginSource(SourceNetwork(of: IPAddress("192.0.2.7"))),
                        of: user.id,
                        with: LoginSourceRecord(failureCount: 6, lastFailure: now)
                    )
                case .disabling, .hosts, .method: break
                }
            }
        }
    }

    private func reasons() async throws -> [String] {
        try await test.auditEvents().flatMap(\.fields).filter { $0.key == "reason" }.map(\.value)
    }
}
