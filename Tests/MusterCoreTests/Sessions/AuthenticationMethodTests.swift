import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What a session keeps of how its user has proved itself", .everyStore)
struct AuthenticationMethodTests {
    private static let name = "jane@example.com"
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }

    init() async throws {
        scene = try await FactorScene(Self.name)
    }

    /// What a session keeps.
    private func methods(
        of session: IssuedSession
    ) async throws -> Set<AuthenticationMethod>? {
        let digest = try #require(try await test.enter(session).sessionDigest)
        return try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.session(digest)?.methods
        }
    }

    /// A login by a code that is sent.
    private func logInBySentCode(sms: Bool, email: Bool) async throws -> IssuedSession {
        var user = try await test.current(scene.user)
        user.secondFactor = SecondFactor(
            phone: try PhoneNumber("+4915112345678"),
            isPhoneVerified: true,
            isSMSEnabled: sms,
            isEmailEnabled: email
        )
        try await test.overwrite(user)
        _ = await failure { try await test.logIn(Self.name) }
        return try await test.logIn(Self.name, code: test.codes.lastCode)
    }

    @Test("the password alone is one method")
    func password() async throws {
        #expect(try await methods(of: scene.session) == [.password])
    }

    @Test("a code that went to the phone alone is one by SMS, any other that was sent is a code")
    func sentCodes() async throws {
        let cases: [(sms: Bool, email: Bool, method: AuthenticationMethod)] = [
            (true, false, .textMessage), (false, true, .oneTimeCode), (true, true, .oneTimeCode),
        ]
        for (sms, email, method) in cases {
            let session = try await logInBySentCode(sms: sms, email: email)
            #expect(try await methods(of: session) == [.password, method, .multipleFactors])
            test.clock.advance(by: .seconds(60))
        }
    }

    @Test("a recovery code is a code")
    func recovery() async throws {
        let codes = try #require(try await scene.addApp().codes)
        let session = try await test.logIn(Self.name, code: codes[0])
        #expect(try await methods(of: session) == [.password, .oneTimeCode, .multipleFactors])
    }

    @Test("a passkey that may be copied is one of software, where its user was asked and where not")
    func syncedPasskey() async throws {
        var authenticator = TestAuthenticator()
        // Eligible for backup and backed up, as synced keys are (WebAuthn level 2, section 6.1).
        authenticator.flags = 0x1D
        _ = try await scene.addPasskey(&authenticator)
        for (flags, asked) in [(0x1D, [.userVerified]), (0x19, [])]
            as [(UInt8, Set<AuthenticationMethod>)]
        {
            authenticator.flags = flags
            let handle = try #require(try await scene.challenge().handle)
            let request = try await test.logins.passkeyRequest(
                for: handle,
                from: TestDirectory.origin()
            )
            let outcome = try await test.logins.finish(
                handle,
                with: .passkey(authenticator.assertion(request.challenge)),
                from: TestDirectory.origin()
            )
            guard case .begun(let session) = outcome else {
                Issue.record("no session")
                return
            }
            let kept = try await methods(of: session)
            #expect(kept == asked.union([.password, .softwareKey, .multipleFactors]))
        }
    }

    @Test("a proof of one's own adds to what a session has begun with")
    func confirmation() async throws {
        let app = try await scene.addApp()
        test.clock.advance(by: .seconds(300))
        let refusal = await failure {
            try await test.factors.remove(app.id, by: scene.principal) { () throws(MusterError) in
                nil
            }
        }
        let code = scene.code(app.secret)
        #expect(await scene.finish(refusal?.challenge?.handle, .code(code)) == nil)
        let kept = try await methods(of: scene.session)
        #expect(kept?.isSuperset(of: [.password, .oneTimeCode]) == true)
    }

    @Test("every store keeps every method, and passes over words that it does not know")
    func kept() async throws {
        let all = Set(AuthenticationMethod.allCases)
        let digest = Digest([UInt8](repeating: 7, count: Digest.byteCount))
        let now = test.clock.now()
        let user = scene.user.id
        let kept = try await test.directory.store.write { transaction throws(MusterError) in
            try transaction.insertSession(
                Session(
                    digest: digest,
                    user: user,
                    createdAt: now,
                    lastSeenAt: now,
                    address: nil,
                    methods: all
                )
            )
            return try transaction.session(digest)?.methods
        }
        #expect(kept == all)
        #expect(AuthenticationMethod.text(all) == "pwd otp sms hwk swk user mfa")
        #expect(AuthenticationMethod.methods(in: "otp pwd fpt") == [.password, .oneTimeCode])
    }
}
