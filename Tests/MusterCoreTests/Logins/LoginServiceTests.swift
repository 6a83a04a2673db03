import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Logins that a factor finishes", .everyStore)
struct LoginServiceTests {
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }

    init() async throws {
        scene = try await FactorScene()
    }

    @Test("the password begins a login, the app's code ends it, once")
    func twoSteps() async throws {
        let app = try await scene.addApp()
        let challenge = try await scene.challenge()
        #expect(challenge.factors == [.timeCode, .recovery])
        #expect(test.codes.messages.isEmpty, "nothing is sent to who has an app")
        let outcome = try await test.logins.finish(
            try #require(challenge.handle),
            with: .code(scene.code(app.secret)),
            from: TestDirectory.origin()
        )
        guard case .begun(let session) = outcome else {
            Issue.record("no session")
            return
        }
        let digest = try #require(try await test.enter(session).sessionDigest)
        let kept = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.session(digest)
        }
        #expect(kept?.methods == [.password, .oneTimeCode, .multipleFactors])
        #expect(
            await scene.finish(challenge.handle, .code(scene.code(app.secret))) == .loginExpired
        )
    }

    @Test("one call with password and code does it, too, and no code twice")
    func oneStep() async throws {
        let app = try await scene.addApp()
        let code = scene.code(app.secret)
        _ = try await test.logIn("jane@example.com", code: code)
        let again = await failure { try await test.logIn("jane@example.com", code: code) }
        #expect(again?.code == .credentialsInvalid)
        test.clock.advance(by: .seconds(30))
        let former = await failure { try await test.logIn("jane@example.com", code: code) }
        #expect(former?.code == .credentialsInvalid, "the step before is gone with it")
        #expect(try await scene.reasons() == ["code.replayed", "code.replayed"])
        _ = try await test.logIn("jane@example.com", code: scene.code(app.secret))
    }

    @Test(
        "what is no code signs nobody in",
        arguments: [
            "", "abc123", "\u{FF11}23456", "12345", "1234567",
            String(repeating: "1", count: 10_000),
        ]
    )
    func noCode(_ text: String) async throws {
        _ = try await scene.addApp()
        let refusal = await failure { try await test.logIn("jane@example.com", code: Secret(text)) }
        #expect(refusal?.code == .credentialsInvalid)
        let challenge = try await scene.challenge()
        #expect(await scene.finish(challenge.handle, .code(Secret(text))) == .credentialsInvalid)
    }

    @Test("another user's code is wrong")
    func foreignCode() async throws {
        let app = try await scene.addApp()
        let other = try await FactorScene("other@example.com")
        let theirs = try await other.addApp()
        #expect(app.secret.withExposedValue { $0 } != [0])
        let challenge = try await scene.challenge()
        let code = scene.code(theirs.secret, after: 3000)
        #expect(await scene.finish(challenge.handle, .code(code)) == .credentialsInvalid)
    }

    @Test("five wrong answers end a login, and five minutes do")
    func tries() async throws {
        let app = try await scene.addApp()
        let first = try await scene.challenge()
        for number in 1...5 {
            let address = IPAddress(v4: 0xC633_6400 + UInt32(number))
            #expect(
                await scene.finish(first.handle, .code(Secret("wrong")), from: address)
                    == .credentialsInvalid
            )
        }
        #expect(await scene.finish(first.handle, .code(scene.code(app.secret))) == .loginExpired)
        let second = try await scene.challenge()
        test.clock.advance(by: .seconds(300))
        #expect(await scene.finish(second.handle, .code(scene.code(app.secret))) == .loginExpired)
        test.clock.advance(by: .seconds(-3900))
        #expect(await scene.finish(second.handle, .code(scene.code(app.secret))) == .loginExpired)
    }

    @Test("wrong codes lock the password like wrong passwords")
    func lock() async throws {
        let app = try await scene.addApp()
        for _ in 1...6 {
            _ = await failure { try await test.logIn("jane@example.com", code: Secret("wrong")) }
        }
        let refusal = await failure {
            try await test.logIn("jane@example.com", code: scene.code(app.secret))
        }
        #expect(refusal?.code == .credentialsInvalid)
        #expect(try await scene.reasons().last == "locked")
    }

    @Test("a handle made up, of another's or of nobody's opens nothing")
    func handles() async throws {
        _ = try await scene.addApp()
        let texts = [
            "", "x", String(repeating: "0", count: 64), String(repeating: "0", count: 128),
        ]
        for text in texts + [String(repeating: "a", count: 100_000)] {
            #expect(await scene.finish(Secret(text), .code(Secret("123456"))) == .loginExpired)
        }
    }

    @Test("a login dies with the password, the user's permission and the user")
    func meanwhile() async throws {
        let app = try await scene.addApp()
        let first = try await scene.challenge()
        var user = try await test.current(scene.user)
        user.isEnabled = false
        try await test.overwrite(user)
        #expect(
            await scene.finish(first.handle, .code(scene.code(app.secret))) == .credentialsInvalid
        )
        user.isEnabled = true
        try await test.overwrite(user)
        test.clock.advance(by: .seconds(1))
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in
            PasswordChange(new: Secret("Better-Horse-8"), current: nil)
        }
        #expect(
            await scene.finish(first.handle, .code(scene.code(app.secret))) == .credentialsInvalid
        )
        #expect(try await scene.reasons() == ["disabled", "changed meanwhile"])
        try await test.users.delete(.id(user.id), by: test.asAdministrator) {
            () throws(MusterError) in
            nil
        }
        #expect(await scene.finish(first.handle, .code(scene.code(app.secret))) == .loginExpired)
    }

    @Test("a recovery code stands for the factor, once, and how many are left is told")
    func recovery() async throws {
        let codes = try #require(try await scene.addApp().codes)
        for (number, code) in codes.enumerated() {
            let session = try await test.logIn("jane@example.com", code: code)
            let left = codes.count - number - 1
            #expect(session.recoveryCodesLeft == left)
            let again = await failure { try await test.logIn("jane@example.com", code: code) }
            #expect(again?.code == .credentialsInvalid)
            test.clock.advance(by: .seconds(1))
        }
        #expect(try await scene.challenge().factors == [.timeCode])
    }

    @Test("a hundred wrong codes over days, and the app is not taken any more")
    func off() async throws {
        let app = try await scene.addApp()
        for _ in 1...20 {
            for _ in 1...5 {
                _ = await failure {
                    try await test.logIn("jane@example.com", code: Secret("000000"))
                }
            }
            test.clock.advance(by: .seconds(86_400))
            if try await test.factors.list(of: .user(.id(scene.user.id)), by: test.asAdministrator)
                .factors.first?.failureCount == 100
            {
                break
            }
            // The count of failed logins begins again from elsewhere, the app's does not.
            _ = try await test.users.unlock(.id(scene.user.id), by: test.asAdministrator)
        }
        let refusal = await failure {
            try await test.logIn("jane@example.com", code: scene.code(app.secret))
        }
        #expect(refusal?.code == .credentialsInvalid)
        #expect(try await scene.reasons().last == "factor off")
        let list = try await test.factors.list(
            of: .user(.id(scene.user.id)),
            by: test.asAdministrator
        )
        #expect(list.factors.map(\.isOff) == [true])
    }

    @Test("a right code begins the app's count again")
    func countsInARow() async throws {
        let app = try await scene.addApp()
        for _ in 1...3 {
            _ = await failure { try await test.logIn("jane@example.com", code: Secret("000000")) }
        }
        _ = try await test.logIn("jane@example.com", code: scene.code(app.secret))
        let list = try await test.factors.list(of: .oneself, by: scene.principal)
        #expect(list.factors.map(\.failureCount) == [0])
    }

    @Test("a clock that is wrong is told in the audit log, and by how much")
    func clock() async throws {
        let app = try await scene.addApp()
        let code = scene.code(app.secret, after: 120)
        _ = await failure { try await test.logIn("jane@example.com", code: code) }
        #expect(try await scene.reasons() == ["clock off by 120 s"])
    }
}
