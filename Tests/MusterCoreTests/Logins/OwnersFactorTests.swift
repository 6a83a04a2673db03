import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite(
    "Who has the password alone leaves its owner logins that wait, and tries of every factor",
    .everyStore
)
struct OwnersFactorTests {
    private static let name = "jane@example.com"
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }

    init() async throws {
        scene = try await FactorScene(Self.name)
    }

    /// An address in network `number`, from which nobody has signed in.
    private func elsewhere(_ number: Int) -> IPAddress? { IPAddress("203.0.113.\(number)") }

    /// A login with the password alone: its handle.
    private func begin(
        from address: IPAddress? = TestDirectory.address
    ) async throws -> Secret<String> {
        let refusal = await failure { try await test.logIn(Self.name, from: address) }
        return try #require(refusal?.challenge?.handle)
    }

    private func logIn(
        _ code: Secret<String>? = nil,
        from address: IPAddress? = TestDirectory.address
    ) async -> MusterError.Code? {
        await failure { try await test.logIn(Self.name, code: code, from: address) }?.code
    }

    private func app() async throws -> Factor {
        let list = try await test.factors.list(
            of: .user(.id(scene.user.id)),
            by: test.asAdministrator
        )
        return try #require(list.factors.first)
    }

    @Test("logins that are begun elsewhere end none that was begun at home")
    func home() async throws {
        let app = try await scene.addApp()
        let handle = try await begin()
        for number in 1...2 * Ceremony.perUser {
            _ = try await begin(from: elsewhere(number % 7))
        }
        #expect(await scene.finish(handle, .code(scene.code(app.secret))) == nil)
    }

    @Test("of strangers whoever has begun the most loses the oldest")
    func strangers() async throws {
        let app = try await scene.addApp()
        let handle = try await begin(from: elsewhere(1))
        for _ in 1...2 * Ceremony.perUser { _ = try await begin(from: elsewhere(2)) }
        let code = scene.code(app.secret)
        #expect(await scene.finish(handle, .code(code), from: elsewhere(1)) == nil)
    }

    @Test("many logins at home leave places for a network that is new")
    func share() async throws {
        let app = try await scene.addApp()
        for _ in 1...2 * Ceremony.perUser { _ = try await begin() }
        let handle = try await begin(from: elsewhere(1))
        for _ in 1...2 * Ceremony.perUser { _ = try await begin() }
        let code = scene.code(app.secret)
        #expect(await scene.finish(handle, .code(code), from: elsewhere(1)) == nil)
    }

    @Test("wrong codes of the app from elsewhere leave it to whoever is at home")
    func codes() async throws {
        let app = try await scene.addApp()
        for number in 1...60 {
            #expect(await logIn(Secret("000000"), from: elsewhere(number)) == .credentialsInvalid)
        }
        let shown = try await self.app()
        #expect(shown.failureCount == FactorRules.maximumFailuresElsewhere && !shown.isOff)
        // Of one minute the audit log has not all reasons.
        test.clock.advance(by: .seconds(60))
        let code = scene.code(app.secret)
        #expect(await logIn(code, from: elsewhere(100)) == .credentialsInvalid)
        #expect(try await scene.reasons().last == "factor off from unknown networks")
        #expect(await logIn(code) == nil)
        test.clock.advance(by: .seconds(30))
        #expect(await logIn(scene.code(app.secret), from: elsewhere(100)) == nil)
    }

    @Test("a hundred wrong codes from wherever end the app at home, too")
    func allTogether() async throws {
        let app = try await scene.addApp()
        for number in 1...60 { _ = await logIn(Secret("000000"), from: elsewhere(number)) }
        for _ in 1...10 {
            for _ in 1...5 { #expect(await logIn(Secret("000000")) == .credentialsInvalid) }
            test.clock.advance(by: .seconds(86_400))
            _ = try await test.users.unlock(.id(scene.user.id), by: test.asAdministrator)
        }
        #expect(try await self.app().isOff)
        #expect(await logIn(scene.code(app.secret)) == .credentialsInvalid)
        #expect(try await scene.reasons().last == "factor off")
    }

    @Test("wrong recovery codes from elsewhere leave the right ones to whoever is at home")
    func recovery() async throws {
        let codes = try #require(try await scene.addApp().codes)
        for number in 1...60 {
            let wrong = RecoveryCode.random(from: test.directory.random)
            #expect(await logIn(wrong, from: elsewhere(number)) == .credentialsInvalid)
        }
        #expect(await logIn(codes[0], from: elsewhere(100)) == .credentialsInvalid)
        #expect(await logIn(codes[0]) == nil)
        #expect(await logIn(codes[1], from: elsewhere(100)) == nil)
    }

    /// Shows what is wrong at home until a factor is off, five times a day, which locks nobody out.
    private func exhaust(
        _ factor: CountedFactor,
        with wrong: () -> Secret<String>
    ) async throws {
        for _ in 1...FactorRules.maximumFailures / 5 {
            for _ in 1...5 { #expect(await logIn(wrong()) == .credentialsInvalid) }
            test.clock.advance(by: .seconds(86_400))
            _ = try await test.users.unlock(.id(scene.user.id), by: test.asAdministrator)
        }
        let user = scene.user.id
        let failures = try await test.directory.store.read(.bounded) {
            reader throws(MusterError) in try reader.failureCount(of: factor, of: user)
        }
        #expect(failures == FactorRules.maximumFailures)
    }

    private func setCodesByMail(_ isOn: Bool) async throws {
        try await test.secondFactors.configure(
            .user(.id(scene.user.id)),
            by: test.asAdministrator
        ) { () throws(MusterError) in
            SecondFactorSettings(isEmailEnabled: isOn, isSMSEnabled: nil, phone: nil)
        }
    }

    @Test(
        "a hundred wrong codes that were sent end right ones at home, too, until they are switched on again"
    )
    func sentOff() async throws {
        try await setCodesByMail(true)
        #expect(await logIn() == .codeRequired)
        try await exhaust(.sent) { Secret("wrong") }
        #expect(await logIn() == .codeRequired)
        #expect(await logIn(test.codes.lastCode) == .credentialsInvalid)
        #expect(try await scene.reasons().last == "factor off")
        for isOn in [false, true] { try await setCodesByMail(isOn) }
        test.clock.advance(by: .seconds(60))
        #expect(await logIn() == .codeRequired)
        #expect(await logIn(test.codes.lastCode) == nil)
    }

    @Test("a hundred wrong recovery codes end right ones at home, too, until there are new ones")
    func recoveryOff() async throws {
        let app = try await scene.addApp()
        let old = try #require(app.codes)
        try await exhaust(.recovery) { RecoveryCode.random(from: test.directory.random) }
        #expect(await logIn(old[0]) == .credentialsInvalid)
        #expect(try await scene.reasons().last == "factor off")
        let session = try await test.logIn(Self.name, code: scene.code(app.secret))
        let jane = try await test.enter(session)
        let new = try await test.factors.renewRecoveryCodes(by: jane) { () throws(MusterError) in
            nil
        }
        #expect(await logIn(old[0]) == .credentialsInvalid)
        #expect(await logIn(new[0]) == nil)
    }

    @Test(
        "recovery codes that come with another first factor are good whatever the former ones were"
    )
    func recoveryAgain() async throws {
        let app = try await scene.addApp()
        try await exhaust(.recovery) { RecoveryCode.random(from: test.directory.random) }
        let session = try await test.logIn(Self.name, code: scene.code(app.secret))
        let jane = try await test.enter(session)
        try await test.factors.remove(app.id, by: jane) { () throws(MusterError) in nil }
        let begun = try await test.factors.addTimeCode(by: jane) { () throws(MusterError) in
            (nil, nil)
        }
        let secret = try await scene.secret(begun.id)
        let added = try await test.factors.confirmTimeCode(begun.id, by: jane) {
            () throws(MusterError) in scene.code(secret)
        }
        #expect(await logIn(try #require(added.recoveryCodes?.first)) == nil)
    }

    @Test("what a passkey has not signed, sent from elsewhere, leaves it to whoever is at home")
    func passkey() async throws {
        var authenticator = TestAuthenticator()
        _ = try await scene.addPasskey(&authenticator)
        for number in 1...60 {
            let request = try test.logins.beginWithPasskey()
            let wrong = authenticator.assertion([UInt8](repeating: 0, count: 32))
            let code = await scene.finish(request.handle, .passkey(wrong), from: elsewhere(number))
            #expect(code == .credentialsInvalid)
        }
        let request = try test.logins.beginWithPasskey()
        let right = authenticator.assertion(request.challenge)
        #expect(await scene.finish(request.handle, .passkey(right)) == nil)
    }
}
