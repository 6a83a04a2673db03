import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Counts of sign-ins", .everyStore)
struct SignInTallyTests {
    @Test("each method and result has a number of its own")
    func places() {
        let tally = SignInTally()
        var times = 0
        for method in SignInTally.Method.allCases {
            for result in SignInTally.Result.allCases {
                times += 1
                for _ in 0..<times { tally.note(method, result) }
            }
        }
        times = 0
        for method in SignInTally.Method.allCases {
            for result in SignInTally.Result.allCases {
                times += 1
                #expect(tally.count(of: method, result) == times, "\(method.name) \(result.name)")
            }
        }
    }

    @Test("an error about something else is no sign-in, and one of the server's own is no refusal")
    func errors() {
        let tally = SignInTally()
        tally.note(.password, MusterError(.inputInvalid, ""))
        #expect(SignInTally.Result.allCases.allSatisfy { tally.count(of: .password, $0) == 0 })
        tally.note(.password, MusterError(.overloaded, ""))
        tally.note(.session, MusterError(.storeUnavailable, ""))
        #expect(tally.count(of: .password, .failed) == 1)
        #expect(tally.count(of: .session, .failed) == 1)
        #expect(tally.count(of: .password, .refused) == 0)
    }

    @Test("a password is counted by what came of it, once")
    func passwords() async throws {
        let test = try await TestDirectory()
        let signIns = test.directory.signIns
        func logIn(_ password: String) async throws(MusterError) {
            _ = try await test.sessions.logIn(
                LoginRequest(
                    username: TestDirectory.administratorName,
                    password: Secret(password)
                ),
                from: TestDirectory.origin()
            )
        }
        #expect(await failure { try await logIn("another") }?.code == .credentialsInvalid)
        try await logIn(TestDirectory.administratorPassword.withExposedValue { $0 })
        #expect(signIns.count(of: .password, .accepted) == 1)
        #expect(signIns.count(of: .password, .refused) == 1)
    }

    @Test("a password that waits for a factor, and the factor, are two")
    func factors() async throws {
        let scene = try await FactorScene()
        let signIns = scene.test.directory.signIns
        let app = try await scene.addApp()
        let before = signIns.count(of: .password, .accepted)
        let handle = try #require(try await scene.challenge().handle)
        #expect(signIns.count(of: .password, .factorRequired) == 1)
        let wrong = await failure {
            try await scene.test.logins.finish(
                handle,
                with: .code(Secret("000000")),
                from: TestDirectory.origin()
            )
        }
        #expect(wrong?.code == .credentialsInvalid)
        #expect(signIns.count(of: .factor, .refused) == 1)
        scene.test.clock.advance(by: .seconds(30))
        _ = try await scene.test.logins.finish(
            handle,
            with: .code(scene.code(app.secret)),
            from: TestDirectory.origin()
        )
        #expect(signIns.count(of: .factor, .accepted) == 1)
        #expect(signIns.count(of: .password, .accepted) == before)
    }

    @Test("what PAM and other systems ask is counted apart")
    func others() async throws {
        let test = try await TestDirectory()
        let signIns = test.directory.signIns
        let local = LocalLoginService(test.directory)
        for password in [TestDirectory.administratorPassword, Secret("another")] {
            _ = try await local.opens(
                LoginRequest(username: TestDirectory.administratorName, password: password),
                from: "192.0.2.1",
                requestID: TestDirectory.requestID
            )
        }
        #expect(signIns.count(of: .machinePassword, .accepted) == 1)
        #expect(signIns.count(of: .machinePassword, .refused) == 1)
        for name in [TestDirectory.administratorName, "nobody"] {
            _ = try await local.admission(of: name, from: "192.0.2.1")
        }
        #expect(signIns.count(of: .machineAccount, .accepted) == 1)
        #expect(signIns.count(of: .machineAccount, .refused) == 1)
        _ = try await test.credentialChecks.check(
            LoginRequest(
                username: TestDirectory.administratorName,
                password: TestDirectory.administratorPassword
            ),
            from: "192.0.2.1",
            by: test.asAdministrator
        )
        #expect(signIns.count(of: .credentialCheck, .accepted) == 1)
        #expect(signIns.count(of: .password, .accepted) == 0)
    }
}
