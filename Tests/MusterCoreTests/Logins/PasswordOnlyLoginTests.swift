import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Ways in that have no place for a code", .everyStore)
struct PasswordOnlyLoginTests {
    private let password = TestDirectory.administratorPassword.withExposedValue { $0 }

    private func scene(_ rule: PasswordOnlyLogins) async throws -> FactorScene {
        try await FactorScene(rules: DirectoryRules(passwordOnlyLogins: rule))
    }

    /// Whether both of them let in who types a text.
    private func isLetIn(_ text: String, _ scene: FactorScene) async throws -> [Bool] {
        let request = LoginRequest(username: "jane@example.com", password: Secret(text))
        let test = scene.test
        let atMachine = try await LocalLoginService(test.directory).opens(
            request,
            from: "192.0.2.7",
            requestID: TestDirectory.requestID
        )
        test.clock.advance(by: .seconds(60))
        let refusal = await failure {
            try await test.credentialChecks.check(
                request,
                from: "192.0.2.8",
                by: test.asMaskAdministrator
            )
        }
        return [atMachine, refusal == nil]
    }

    private func text(_ code: Secret<String>) -> String { code.withExposedValue { $0 } }

    @Test("the code of an app stands after the password, and is taken once")
    func append() async throws {
        let scene = try await scene(.append)
        let app = try await scene.addApp()
        #expect(try await isLetIn(password, scene) == [false, false])
        #expect(try await isLetIn(password + "000000", scene) == [false, false])
        let code = text(scene.code(app.secret))
        let first = password + code
        let request = LoginRequest(username: "jane@example.com", password: Secret(first))
        func atMachine() async throws -> Bool {
            try await LocalLoginService(scene.test.directory).opens(
                request,
                from: "192.0.2.7",
                requestID: TestDirectory.requestID
            )
        }
        #expect(try await atMachine())
        #expect(try await !atMachine(), "it was taken")
        scene.test.clock.advance(by: .seconds(30))
        let next = password + text(scene.code(app.secret))
        let refusal = await failure {
            try await scene.test.credentialChecks.check(
                LoginRequest(username: "jane@example.com", password: Secret(next)),
                from: "192.0.2.8",
                by: scene.test.asMaskAdministrator
            )
        }
        #expect(refusal == nil)
    }

    @Test("who has only sent codes or a passkey is refused, and nothing is sent")
    func others() async throws {
        let scene = try await scene(.append)
        var authenticator = TestAuthenticator()
        _ = try await scene.addPasskey(&authenticator)
        #expect(try await isLetIn(password, scene) == [false, false])
        let sent = try await self.scene(.append)
        var user = try await sent.test.current(sent.user)
        user.secondFactor.isEmailEnabled = true
        try await sent.test.overwrite(user)
        #expect(try await isLetIn(password, sent) == [false, false])
        #expect(sent.test.codes.messages.isEmpty)
        let reasons = try await sent.reasons()
        #expect(reasons == ["second factor missing", "second factor missing"])
    }

    @Test("who must have a factor and has none is refused")
    func mustEnrol() async throws {
        let scene = try await scene(.append)
        var user = try await scene.test.current(scene.user)
        user.authorizations.requiresSecondFactorEnrolment = true
        try await scene.test.overwrite(user)
        #expect(try await isLetIn(password, scene) == [false, false])
    }

    @Test(
        "who has none comes in as ever, whatever the rule",
        arguments: PasswordOnlyLogins.allCases
    )
    func withoutFactor(_ rule: PasswordOnlyLogins) async throws {
        #expect(try await isLetIn(password, scene(rule)) == [true, true])
    }

    @Test("a password that ends in six digits is one, where its owner has no app")
    func digits() async throws {
        let scene = try await scene(.append)
        let password = "Correct-Horse-123456"
        try await scene.test.passwords.change(
            .user(.id(scene.user.id)),
            by: scene.test.asAdministrator
        ) { () throws(MusterError) in PasswordChange(new: Secret(password), current: nil) }
        #expect(try await isLetIn(password, scene) == [true, true])
    }

    @Test(
        "the work is one hash, whatever factor its owner has and whatever is typed",
        arguments: ["", "000000", "x", "x000000"]
    )
    func oneHash(_ ending: String) async throws {
        let scene = try await scene(.append)
        let test = scene.test
        _ = try await scene.addApp()
        var sent = try await test.makeUser("sent@example.com")
        sent.secondFactor.isEmailEnabled = true
        try await test.overwrite(sent)
        _ = try await test.makeUser("plain@example.com")
        let hasher = try #require(test.directory.hasher as? InstantHasher)
        for (number, name) in ["jane", "sent", "plain", "nobody"].enumerated() {
            let typed = Secret(password + ending)
            let request = LoginRequest(username: "\(name)@example.com", password: typed)
            let before = hasher.calls
            _ = try await LocalLoginService(test.directory).opens(
                request,
                from: "192.0.2.\(number)",
                requestID: TestDirectory.requestID
            )
            let between = hasher.calls
            test.clock.advance(by: .seconds(60))
            _ = await failure {
                try await test.credentialChecks.check(
                    request,
                    from: "198.51.100.\(number)",
                    by: test.asMaskAdministrator
                )
            }
            let after = hasher.calls
            test.clock.advance(by: .seconds(60))
            #expect(after.hashes == before.hashes)
            #expect(between.checks - before.checks == 1, "\(name), at a machine")
            #expect(after.checks - between.checks == 1, "\(name), asked about")
        }
    }

    @Test("ignore asks for the password alone, refuse shuts out whoever has a factor")
    func otherRules() async throws {
        for (rule, isOpen) in [(PasswordOnlyLogins.ignore, true), (.refuse, false)] {
            let scene = try await scene(rule)
            let app = try await scene.addApp()
            #expect(try await isLetIn(password, scene) == [isOpen, isOpen])
            let code = text(scene.code(app.secret))
            #expect(try await isLetIn(password + code, scene) == [false, false])
        }
    }

    @Test("keys are what they are")
    func keys() async throws {
        let scene = try await scene(.append)
        _ = try await scene.addApp()
        let test = scene.test
        let pair = try await test.keys.rotate(.user(.id(scene.user.id)), by: test.asAdministrator)
        #expect(try await test.enter(pair).user.id == scene.user.id)
        let admission = try await LocalLoginService(test.directory).admission(
            of: "jane@example.com",
            from: "192.0.2.7"
        )
        #expect(admission == .admitted)
    }
}
