import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("An account that expires", .everyStore)
struct ExpiryTests {
    private static let name = "jane@example.com"
    private let test: TestDirectory
    private let user: User
    /// When the account expires.
    private let end: Timestamp

    init() async throws {
        test = try await TestDirectory()
        var user = try await test.makeUser(ExpiryTests.name)
        end = test.clock.now().advanced(by: .seconds(100))
        user.expiresAt = end
        try await test.overwrite(user)
        self.user = user
    }

    private func set(
        _ expiry: Expiry,
        of user: User,
        by principal: Principal? = nil
    ) async -> MusterError? {
        await failure {
            try await test.users.edit(.user(.id(user.id)), by: principal ?? test.asAdministrator) {
                () throws(MusterError) in UserChanges { $0.expiry = expiry }
            }
        }
    }

    /// Waits until a millisecond before the end, or until the end.
    private func wait(untilEnd isEnd: Bool) {
        let left = end.since(test.clock.now())
        test.clock.advance(by: isEnd ? left : left - .milliseconds(1))
    }

    @Test("API keys open until then, and not from then on")
    func keys() async throws {
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        wait(untilEnd: false)
        _ = try await test.enter(keys)
        wait(untilEnd: true)
        #expect(await failure { try await test.enter(keys) }?.code == .credentialsInvalid)
        #expect(await set(.never, of: user) == nil)
        _ = try await test.enter(keys)
    }

    @Test("a session ends then, and is told why, before and after the sweep")
    func sessions() async throws {
        let session = try await test.logIn(ExpiryTests.name)
        wait(untilEnd: false)
        _ = try await test.enter(session)
        try await test.sessions.sweep()
        _ = try await test.enter(session)
        wait(untilEnd: true)
        for _ in 1...2 {
            let refusal = await failure { try await test.enter(session) }
            #expect(refusal?.code == .sessionExpired)
            #expect(refusal?.details["reason"] == "account_expired")
            try await test.sessions.sweep()
        }
        #expect(await set(.never, of: user) == nil)
        #expect(
            await failure { try await test.enter(session) }?.code == .sessionExpired,
            "it is over"
        )
    }

    @Test("a change that lets an account expire at once ends its sessions")
    func endedAtOnce() async throws {
        let other = try await test.makeUser("other@example.com")
        let session = try await test.logIn("other@example.com")
        #expect(await set(.at(test.clock.now()), of: other) == nil)
        #expect(await set(.never, of: other) == nil)
        let refusal = await failure { try await test.enter(session) }
        #expect(refusal?.details["reason"] == "account_expired")
    }

    @Test("an account that is opened again opens no session from before, swept or not")
    func openedAgain() async throws {
        let session = try await test.logIn(ExpiryTests.name)
        wait(untilEnd: true)
        #expect(await set(.never, of: user) == nil)
        let refusal = await failure { try await test.enter(session) }
        #expect(refusal?.details["reason"] == "account_expired")
        _ = try await test.logIn(ExpiryTests.name)
    }

    @Test("the password opens until then, and the log has the reason afterwards")
    func password() async throws {
        wait(untilEnd: false)
        _ = try await test.logIn(ExpiryTests.name)
        wait(untilEnd: true)
        #expect(
            await failure { try await test.logIn(ExpiryTests.name) }?.code == .credentialsInvalid
        )
        let event = try await test.auditEvents().last
        #expect(event?.isFailure == true)
        #expect(event?.fields.contains(AuditField("reason", "expired")) == true)
    }

    @Test("PAM is told no from then on, and of the account why")
    func local() async throws {
        let service = LocalLoginService(test.directory)
        let request = LoginRequest(
            username: ExpiryTests.name,
            password: TestDirectory.administratorPassword
        )
        for isEnd in [false, true] {
            wait(untilEnd: isEnd)
            let admission = try await service.admission(of: ExpiryTests.name, from: nil)
            #expect(admission == (isEnd ? .expired : .admitted))
            let opens = try await service.opens(
                request,
                from: nil,
                requestID: TestDirectory.requestID
            )
            #expect(opens == !isEnd)
        }
    }

    @Test("sshd's line ends with the account, in UTC, and there is none from then on")
    func authorizedKeys() async throws {
        _ = try await test.sshKeys.add(to: .id(user.id), by: test.asAdministrator) {
            () throws(MusterError) in (KeyLine.ed25519().base64, nil)
        }
        let service = AuthorizedKeysService(test.directory)
        wait(untilEnd: false)
        let line = try #require(try await service.lines(of: ExpiryTests.name).first)
        let moment = end.text.filter { !"-:T".contains($0) }
        #expect(line.text.hasPrefix("restrict,pty,expiry-time=\"\(moment)\" ssh-ed25519 "))
        wait(untilEnd: true)
        #expect(try await service.lines(of: ExpiryTests.name).isEmpty)
    }

    @Test("nobody acts in the name of somebody who has expired")
    func others() async throws {
        for isEnd in [false, true] {
            wait(untilEnd: isEnd)
            let refusal = await failure {
                try await test.authenticator.impersonate(ExpiryTests.name, by: test.asAdministrator)
            }
            #expect(refusal?.code == (isEnd ? .impersonationRefused : nil))
        }
    }

    @Test("nobody lets its own account expire at once; later it may, and it may take it back")
    func own() async throws {
        let other = try await test.makeUser("other@example.com", role: .administrator)
        let caller = try await test.asUser(other)
        let refusal = await set(.at(test.clock.now()), of: other, by: caller)
        #expect(refusal?.code == .ownAccount && refusal?.details["field"] == "expires_at")
        #expect(await set(.at(test.clock.now()), of: other) == nil, "somebody else may")
        #expect(await set(.never, of: other) == nil)
        let again = try await test.asUser(other)
        #expect(await set(.at(end), of: other, by: again) == nil)
        #expect(await set(.never, of: other, by: again) == nil)
    }

    @Test("who may not administer users sets no expiry, its own neither")
    func withoutRight() async throws {
        let caller = try await test.asUser(user, by: .masks)
        #expect(await set(.never, of: user, by: caller)?.code == .insufficientScope)
    }

    @Test("the last administrator whose account lasts keeps it so, and is told what counts")
    func last() async throws {
        var deputy = try await test.makeUser("deputy@example.com", role: .administrator)
        deputy.expiresAt = end
        try await test.overwrite(deputy)
        let refusal = await set(.at(end), of: test.administrator)
        #expect(refusal?.code == .lastAdministrator)
        #expect(refusal?.message.contains("an account that expires does not count") == true)
        #expect(await set(.never, of: deputy) == nil)
        #expect(await set(.at(end), of: test.administrator) == nil)
    }

    @Test(
        "moments are written as they are read",
        arguments: [
            "1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-12-31T12:30:01Z",
            "2100-03-01T00:00:00Z", "2400-02-29T00:00:00Z", "9999-12-31T23:59:59Z",
        ]
    )
    func texts(_ text: String) throws {
        #expect(try #require(Timestamp(text: text)).text == text)
    }
}
