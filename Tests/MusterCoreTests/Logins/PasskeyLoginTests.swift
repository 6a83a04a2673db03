import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Logins with passkeys", .everyStore)
struct PasskeyLoginTests {
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }
    private var authenticator = TestAuthenticator()

    init() async throws {
        scene = try await FactorScene()
        _ = try await scene.addPasskey(&authenticator)
    }

    private func finish(
        _ handle: Secret<String>?,
        _ assertion: PasskeyAssertion
    ) async -> MusterError.Code? {
        await failure {
            try await test.logins.finish(
                handle ?? Secret(""),
                with: .passkey(assertion),
                from: TestDirectory.origin()
            )
        }?.code
    }

    /// The last session's methods.
    private func methods() async throws -> Set<AuthenticationMethod>? {
        let user = scene.user.id
        return try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.sessions(SessionQuery(user: user)).first?.session.methods
        }
    }

    @Test("after the password a passkey is offered first, by its identifier, and begins a session")
    func secondFactor() async throws {
        test.clock.advance(by: .seconds(1))
        let challenge = try await scene.challenge()
        #expect(challenge.factors == [.passkey, .recovery])
        let handle = try #require(challenge.handle)
        let request = try await test.logins.passkeyRequest(
            for: handle,
            from: TestDirectory.origin()
        )
        #expect(request.credentialIDs == [authenticator.credentialID] && request.handle == nil)
        #expect(await finish(handle, authenticator.assertion(request.challenge)) == nil)
        #expect(try await methods() == [.password, .hardwareKey, .userVerified, .multipleFactors])
    }

    @Test("alone it begins a session without a name, once")
    func alone() async throws {
        test.clock.advance(by: .seconds(1))
        let request = try test.logins.beginWithPasskey()
        #expect(request.credentialIDs.isEmpty)
        let assertion = authenticator.assertion(request.challenge)
        #expect(await finish(request.handle, assertion) == nil)
        #expect(try await methods() == [.hardwareKey, .userVerified, .multipleFactors])
        #expect(await finish(request.handle, assertion) == .loginExpired)
    }

    @Test("alone it has to say whose it is, and to have asked who is there")
    mutating func aloneConditions() async throws {
        let request = try test.logins.beginWithPasskey()
        authenticator.flags = 0x01
        let unverified = authenticator.assertion(request.challenge)
        #expect(await finish(request.handle, unverified) == .credentialsInvalid)
        authenticator.flags = 0x05
        let handle = authenticator.userHandle
        for other in [nil, [], [UInt8](repeating: 0, count: 32)] as [[UInt8]?] {
            authenticator.userHandle = other
            let assertion = authenticator.assertion(request.challenge)
            #expect(await finish(request.handle, assertion) == .credentialsInvalid)
        }
        authenticator.userHandle = handle
        #expect(await finish(request.handle, authenticator.assertion(request.challenge)) == nil)
    }

    @Test("a handle that was changed, or is too old, opens nothing")
    func handles() async throws {
        let request = try test.logins.beginWithPasskey()
        let assertion = authenticator.assertion(request.challenge)
        let text = try #require(request.handle).withExposedValue { $0 }
        for place in [0, 15, 63, 64, 127] {
            var bytes = Array(text.utf8)
            bytes[place] = bytes[place] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            let changed = Secret(String(decoding: bytes, as: UTF8.self))
            #expect(await finish(changed, assertion) == .loginExpired)
        }
        test.clock.advance(by: .seconds(300))
        #expect(await finish(request.handle, assertion) == .loginExpired)
        test.clock.advance(by: .seconds(-3900))
        #expect(await finish(request.handle, assertion) == .loginExpired, "from the future")
    }

    @Test("a key that nobody has, and another user's under one's own login, are refused alike")
    func foreign() async throws {
        let request = try test.logins.beginWithPasskey()
        let unknown = TestAuthenticator(9).assertion(request.challenge)
        #expect(await finish(request.handle, unknown) == .credentialsInvalid)
        _ = try await test.makeUser("other@example.com")
        let other = try await test.enter(try await test.logIn("other@example.com"))
        let options = try await test.factors.passkeyOptions(by: other) { () throws(MusterError) in
            nil
        }
        let theirs = TestAuthenticator(7)
        let attestation = theirs.attestation(options.challenge)
        _ = try await test.factors.addPasskey(by: other) { () throws(MusterError) in
            (nil, attestation)
        }
        let challenge = try await scene.challenge()
        let handle = try #require(challenge.handle)
        let asked = try await test.logins.passkeyRequest(
            for: handle,
            from: TestDirectory.origin()
        )
        #expect(await finish(handle, theirs.assertion(asked.challenge)) == .credentialsInvalid)
        #expect(try await scene.reasons().allSatisfy { $0 == "unknown credential" })
    }

    @Test(
        "a counter that stands still is refused, told in the audit log, and locks nobody out at once"
    )
    mutating func counter() async throws {
        for counter in [UInt32(5), 5] {
            authenticator.counter = counter
            let request = try test.logins.beginWithPasskey()
            let code = await finish(request.handle, authenticator.assertion(request.challenge))
            let isFirst = try await scene.reasons().isEmpty
            #expect(code == (isFirst ? nil : .credentialsInvalid))
        }
        #expect(try await scene.reasons() == ["passkey.counter"])
        authenticator.counter = 6
        let request = try test.logins.beginWithPasskey()
        #expect(await finish(request.handle, authenticator.assertion(request.challenge)) == nil)
    }

    @Test("a hundred failures, and the passkey is not taken any more")
    func off() async throws {
        for _ in 1...100 {
            let request = try test.logins.beginWithPasskey()
            let wrong = authenticator.assertion([UInt8](repeating: 0, count: 32))
            #expect(await finish(request.handle, wrong) == .credentialsInvalid)
        }
        let request = try test.logins.beginWithPasskey()
        let code = await finish(request.handle, authenticator.assertion(request.challenge))
        #expect(code == .credentialsInvalid)
        let reasons = try await scene.reasons()
        #expect(reasons.last == "factor off" || reasons.count >= 20)
    }

    @Test(
        "a lock is about passwords: who has a passkey comes in all the same, and ends it as every login does"
    )
    func locked() async throws {
        for _ in 0...LockoutRule.maximumFailures {
            _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
        }
        let right = await failure { try await test.logIn("jane@example.com") }
        #expect(
            right?.code == .credentialsInvalid && right?.challenge == nil,
            "the password is shut"
        )
        let request = try test.logins.beginWithPasskey()
        #expect(await finish(request.handle, authenticator.assertion(request.challenge)) == nil)
        let again = await failure { try await test.logIn("jane@example.com") }
        #expect(again?.code != .credentialsInvalid || again?.challenge != nil)
    }

    @Test("who may not begin sessions by password does not come in by passkey either")
    func admission() async throws {
        var user = try await test.current(scene.user)
        user.authorizations.password = false
        try await test.overwrite(user)
        let request = try test.logins.beginWithPasskey()
        let code = await finish(request.handle, authenticator.assertion(request.challenge))
        #expect(code == .credentialsInvalid)
    }
}
