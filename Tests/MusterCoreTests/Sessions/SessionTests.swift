import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Sessions", .everyStore)
struct SessionTests {
    private let test: TestDirectory
    private let user: User

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
    }

    private func logIn() async throws(MusterError) -> IssuedSession {
        try await test.logIn("jane@example.com")
    }

    private func setTimeout(_ timeout: Duration) async throws(MusterError) {
        var changed = user
        changed.inactivityTimeout = timeout
        try await test.overwrite(changed)
    }

    /// Why a session is refused; nil if it is good.
    private func refusal(_ session: IssuedSession) async -> (code: String, reason: String?)? {
        await failure { try await test.enter(session) }
            .map { ($0.code.rawValue, $0.details["reason"]) }
    }

    @Test("a token signs in to its owner, through the session it belongs to")
    func token() async throws {
        let session = try await logIn()
        let principal = try await test.enter(session)
        #expect(principal.user.id == user.id)
        #expect(principal.impersonator == nil && !principal.mustChangePassword)
        let digest = try #require(principal.sessionDigest)
        #expect(digest.matches(session.token.withExposedValue { digested($0) }))
    }

    private func digested(_ text: String) -> Digest {
        test.directory.digester.digest(text.utf8)
    }

    @Test(
        "any other token opens nothing",
        arguments: ["", "0", "%", String(repeating: "0", count: 64)]
    )
    func unknownToken(_ token: String) async throws {
        _ = try await logIn()
        let refusal = await failure {
            try await test.authenticator.authenticate(
                .session(token: Secret(token)),
                from: TestDirectory.origin()
            )
        }
        #expect(refusal?.code == .credentialsInvalid)
    }

    @Test("a session rests as long as its user may be idle, and each request begins that again")
    func inactivity() async throws {
        try await setTimeout(.seconds(60))
        let session = try await logIn()
        for _ in 1...3 {
            test.clock.advance(by: .seconds(60))
            _ = try await test.enter(session)
        }
        test.clock.advance(by: .milliseconds(60_001))
        let refused = await refusal(session)
        #expect(refused?.code == "session.expired" && refused?.reason == "idle_timeout")
    }

    @Test("a timeout that is set later holds for sessions that are there")
    func laterTimeout() async throws {
        let session = try await logIn()
        test.clock.advance(by: .seconds(3600))
        try await setTimeout(.seconds(60))
        #expect(await refusal(session)?.reason == "idle_timeout")
        try await setTimeout(.zero)
        #expect(await refusal(session) == nil)
    }

    @Test("no session outlives the longest life, however busy")
    func lifetime() async throws {
        let session = try await logIn()
        for _ in 1...24 {
            test.clock.advance(by: .seconds(3600))
            _ = try await test.enter(session)
        }
        test.clock.advance(by: .milliseconds(1))
        let refused = await refusal(session)
        #expect(refused?.code == "session.expired" && refused?.reason == "lifetime")
    }

    @Test("logging out ends this session and no other")
    func logOut() async throws {
        let (session, other) = (try await logIn(), try await logIn())
        let before = try await test.auditEvents().count
        try await test.sessions.logOut(try test.enter(session))
        let refused = await refusal(session)
        #expect(refused?.code == "session.expired" && refused?.reason == "logged_out")
        #expect(await refusal(other) == nil)
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.action) == [.logout, .sessionDelete])
        #expect(events.allSatisfy { $0.actor?.uuid == user.uuid && $0.target?.uuid == user.uuid })
    }

    @Test("a caller with API keys has nothing to log out of")
    func logOutWithKeys() async throws {
        let before = try await test.auditEvents()
        try await test.sessions.logOut(test.asAdministrator)
        #expect(try await test.auditEvents() == before)
    }

    /// What an administrator does to end a user's sessions.
    enum Ending: CaseIterable, Sendable {
        case disabled
        case passwordReset
        case methodForbidden
        case deleted
    }

    private func end(_ ending: Ending) async throws {
        let (reference, administrator) = (UserReference.id(user.id), test.asAdministrator)
        switch ending {
        case .disabled:
            _ = try await test.users.edit(.user(reference), by: administrator) {
                () throws(MusterError) in UserChanges { $0.isEnabled = false }
            }
        case .passwordReset:
            try await test.passwords.change(.user(reference), by: administrator) {
                () throws(MusterError) in
                PasswordChange(new: TestDirectory.administratorPassword, current: nil)
            }
        case .methodForbidden:
            try await test.users.setAuthorizations(of: reference, by: administrator) {
                () throws(MusterError) in
                UserChanges(Authorizations(password: false))
            }
        case .deleted:
            try await test.users.delete(reference, by: administrator) { () throws(MusterError) in
                nil
            }
        }
    }

    @Test("a session is over with the very next request", arguments: Ending.allCases)
    func endings(_ ending: Ending) async throws {
        let session = try await logIn()
        let bystander = try await test.logIn(TestDirectory.administratorName)
        _ = try await test.enter(session)
        try await end(ending)
        let refused = await refusal(session)
        let reason =
            switch ending {
            case .disabled, .methodForbidden: "disabled"
            case .passwordReset: "password_changed"
            case .deleted: "user_removed"
            }
        #expect(refused?.code == "session.expired" && refused?.reason == reason)
        #expect(await refusal(bystander) == nil)
    }

    @Test("a session does not come back when its user does")
    func enabledAgain() async throws {
        let session = try await logIn()
        try await end(.disabled)
        _ = try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in UserChanges { $0.isEnabled = true }
        }
        #expect(await refusal(session)?.code == "session.expired")
        #expect(await refusal(try await logIn()) == nil)
    }

    @Test("hosts hold for sessions that are there, too")
    func hosts() async throws {
        let session = try await logIn()
        var changed = user
        changed.hosts = try AllowedNetworks(["10.0.0.0/8"])
        try await test.overwrite(changed)
        #expect(await refusal(session)?.code == "credentials.invalid")
        #expect(try await test.enter(session, from: IPAddress("10.1.2.3")).user.id == user.id)
        let unknown = await failure { try await test.enter(session, from: nil) }
        #expect(unknown?.code == .credentialsInvalid)
    }

    @Test("sweeping forgets the sessions that ran out, and no other")
    func sweep() async throws {
        let old = try await logIn()
        test.clock.advance(by: .seconds(86_400))
        let young = try await logIn()
        test.clock.advance(by: .seconds(1))
        try await test.sessions.sweep()
        let kept = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try [old, young].map { session throws(MusterError) in
                try reader.session(session.token.withExposedValue { digested($0) }) != nil
            }
        }
        #expect(kept == [false, true])
        #expect(await refusal(old)?.reason == "lifetime")
    }

    @Test("a password changed while it was being checked begins no session")
    func changedMeanwhile() async throws {
        let hasher = MeetingHasher(checks: 2)
        let test = try await TestDirectory(hasher: hasher)
        let user = try await test.makeUser("jane@example.com")
        async let outcome = failure { try await test.logIn("jane@example.com") }
        // The login waits in the hasher until a second check comes, after the reset.
        for await _ in hasher.arrivals { break }
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in PasswordChange(new: Secret("another password"), current: nil)
        }
        _ = await failure { try await test.logIn("nobody@example.com") }
        let refused = await outcome
        #expect(refused?.code == .credentialsInvalid)
    }
}
