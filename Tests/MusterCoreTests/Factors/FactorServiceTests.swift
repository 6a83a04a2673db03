import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Setting up factors", .everyStore)
struct FactorServiceTests {
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }

    init() async throws {
        scene = try await FactorScene()
    }

    private func list() async throws -> FactorList {
        try await test.factors.list(of: .oneself, by: scene.principal)
    }

    private func remove(_ id: FactorID?, password: Secret<String>? = nil) async -> MusterError? {
        await failure {
            try await test.factors.remove(id, by: scene.principal) { () throws(MusterError) in
                password
            }
        }
    }

    @Test("an app is one once its code was right, and eight recovery codes come with the first")
    func firstApp() async throws {
        let new = try await scene.begin("Phone")
        #expect(new.secret.withExposedValue { $0.utf8.count } == 32)
        #expect(try await list().factors.isEmpty)
        let secret = try await scene.secret(new.id)
        let wrong = await failure {
            try await test.factors.confirmTimeCode(new.id, by: scene.principal) {
                () throws(MusterError) in Secret("abc123")
            }
        }
        #expect(wrong?.code == .codeInvalid)
        let added = try await test.factors.confirmTimeCode(new.id, by: scene.principal) {
            () throws(MusterError) in scene.code(secret)
        }
        #expect(added.recoveryCodes?.count == 8 && added.factor.label == "Phone")
        #expect(try await list().factors.map(\.id) == [new.id])
        #expect(try await list().recoveryCodesLeft == 8)
        let second = try await scene.addApp()
        #expect(second.codes == nil, "there are some already")
        #expect(try await list().factors.map(\.label) == ["Phone", "Authenticator app"])
    }

    @Test("five wrong codes, or ten minutes, and the secret is forgotten")
    func forgotten() async throws {
        func confirm(_ id: FactorID, _ code: Secret<String>) async -> MusterError.Code? {
            await failure {
                try await test.factors.confirmTimeCode(id, by: scene.principal) {
                    () throws(MusterError) in code
                }
            }?.code
        }
        let first = try await scene.begin()
        let secret = try await scene.secret(first.id)
        for _ in 1...5 { #expect(await confirm(first.id, Secret("wrong")) == .codeInvalid) }
        #expect(await confirm(first.id, scene.code(secret)) == .factorNotFound)

        let second = try await scene.begin()
        let later = try await scene.secret(second.id)
        test.clock.advance(by: .seconds(600))
        #expect(await confirm(second.id, scene.code(later)) == .factorNotFound)
    }

    @Test("one app waits at a time, five are the most, and labels are checked")
    func bounds() async throws {
        let forgotten = try await scene.begin()
        let begun = try await scene.begin()
        await #expect(throws: MusterError.self) { try await scene.secret(forgotten.id) }
        await #expect(throws: Never.self) { try await scene.secret(begun.id) }
        for label in [String(repeating: "a", count: 65), "two\nlines", "\u{7F}"] {
            let refusal = await failure { try await scene.begin(label) }
            #expect(refusal?.details["field"] == "label")
        }
        for _ in 1...5 { _ = try await scene.addApp(String(repeating: "a", count: 64)) }
        #expect(await failure { try await scene.begin() }?.code == .factorTooMany)
    }

    @Test("a passkey is made under a challenge of its own, once")
    func passkey() async throws {
        var authenticator = TestAuthenticator()
        let added = try await scene.addPasskey(&authenticator)
        #expect(added.recoveryCodes?.count == 8 && added.factor.kind == .passkey)
        let again = await failure { try await scene.addPasskey(&authenticator) }
        #expect(again?.code == .factorExists)
        let attestation = TestAuthenticator(5).attestation([UInt8](repeating: 0, count: 32))
        let madeUp = await failure {
            try await test.factors.addPasskey(by: scene.principal) { () throws(MusterError) in
                (nil, attestation)
            }
        }
        #expect(madeUp?.code == .loginExpired)
        let options = try await test.factors.passkeyOptions(by: scene.principal) {
            () throws(MusterError) in nil
        }
        #expect(options.credentialIDs == [authenticator.credentialID])
        #expect(options.userHandle == authenticator.userHandle)
        test.clock.advance(by: .seconds(300))
        let late = TestAuthenticator(5).attestation(options.challenge)
        let refusal = await failure {
            try await test.factors.addPasskey(by: scene.principal) { () throws(MusterError) in
                (nil, late)
            }
        }
        #expect(refusal?.code == .loginExpired)
    }

    @Test("sixteen passkeys are the most, also of those that are begun at the same time")
    func manyPasskeys() async throws {
        var last = TestAuthenticator(UInt8(FactorRules.maximumPasskeys))
        for number in 1..<UInt8(FactorRules.maximumPasskeys) {
            var authenticator = TestAuthenticator(number)
            _ = try await scene.addPasskey(&authenticator)
            // Ten changes of oneself a minute.
            test.clock.advance(by: .seconds(10))
        }
        let options = try await test.factors.passkeyOptions(by: scene.principal) {
            () throws(MusterError) in nil
        }
        _ = try await scene.addPasskey(&last)
        let attestation = TestAuthenticator(100).attestation(options.challenge)
        let late = await failure {
            try await test.factors.addPasskey(by: scene.principal) { () throws(MusterError) in
                (nil, attestation)
            }
        }
        #expect(late?.code == .factorTooMany)
        let refusal = await failure {
            try await test.factors.passkeyOptions(by: scene.principal) { () throws(MusterError) in
                nil
            }
        }
        #expect(refusal?.code == .factorTooMany)
        #expect(refusal?.message == "You have 16 passkeys, as many as a user may have.")
        #expect(try await list().factors.count == FactorRules.maximumPasskeys)
    }

    @Test("another user's challenge makes no passkey")
    func foreignChallenge() async throws {
        let options = try await test.factors.passkeyOptions(by: scene.principal) {
            () throws(MusterError) in nil
        }
        _ = try await test.makeUser("other@example.com")
        let other = try await test.enter(try await test.logIn("other@example.com"))
        let attestation = TestAuthenticator().attestation(options.challenge)
        let refusal = await failure {
            try await test.factors.addPasskey(by: other) { () throws(MusterError) in
                (nil, attestation)
            }
        }
        #expect(refusal?.code == .loginExpired)
    }

    @Test("without the server's public address there are no passkeys")
    func noSite() async throws {
        let plain = try await TestDirectory()
        _ = try await plain.makeUser("jane@example.com")
        let jane = try await plain.enter(try await plain.logIn("jane@example.com"))
        let refusal = await failure {
            try await plain.factors.passkeyOptions(by: jane) { () throws(MusterError) in nil }
        }
        #expect(refusal?.code == .passkeysUnavailable)
        let login = await failure { try plain.logins.beginWithPasskey() }
        #expect(login?.code == .passkeysUnavailable)
    }

    @Test("after five minutes the password is asked for, or a factor")
    func confirmation() async throws {
        let app = try await scene.addApp()
        test.clock.advance(by: .seconds(300))
        let refusal = try #require(await remove(app.id))
        #expect(refusal.code == .confirmationRequired)
        #expect(refusal.challenge?.factors == [.timeCode, .recovery])
        #expect(await remove(app.id, password: Secret("wrong"))?.code == .currentPasswordInvalid)
        let handle = try #require(refusal.challenge?.handle)
        let outcome = try await test.logins.finish(
            handle,
            with: .code(scene.code(app.secret)),
            from: TestDirectory.origin()
        )
        guard case .confirmed = outcome else {
            Issue.record("a session has begun")
            return
        }
        #expect(await remove(app.id) == nil)
        #expect(try await list().recoveryCodesLeft == 0, "there is nothing they stand in for")
        test.clock.advance(by: .seconds(300))
        let alone = await remove(app.id)
        #expect(alone?.code == .confirmationRequired && alone?.challenge?.handle == nil)
        #expect(
            await remove(app.id, password: TestDirectory.administratorPassword)?.code
                == .factorNotFound
        )
    }

    @Test("a clock that jumps by an hour does not make a session fresh")
    func jump() async throws {
        test.clock.advance(by: .seconds(3600))
        #expect(await remove(nil)?.code == .confirmationRequired)
        test.clock.advance(by: .seconds(-3600))
        #expect(await remove(nil)?.code == .factorNotFound, "it is as fresh as it was")
        test.clock.advance(by: .seconds(-3600))
        #expect(await remove(nil)?.code == .sessionExpired, "begun in the future")
    }

    @Test("API keys alone change no factor")
    func apiKeys() async throws {
        let keys = try await test.keys.rotate(.user(.id(scene.user.id)), by: test.asAdministrator)
        let jane = try await test.enter(keys)
        let refusal = await failure {
            try await test.factors.addTimeCode(by: jane) { () throws(MusterError) in (nil, nil) }
        }
        #expect(refusal?.code == .confirmationRequired)
        let password = TestDirectory.administratorPassword
        _ = try await test.factors.addTimeCode(by: jane) { () throws(MusterError) in
            (nil, password)
        }
    }

    @Test("an administrator in another's name changes none")
    func impersonation() async throws {
        let jane = try await test.authenticator.impersonate(
            "jane@example.com",
            by: test.asAdministrator
        )
        let refusal = await failure {
            try await test.factors.addTimeCode(by: jane) { () throws(MusterError) in (nil, nil) }
        }
        #expect(refusal?.code == .impersonationRefused)
    }

    @Test("another user's factor is none of one's own")
    func foreign() async throws {
        let app = try await scene.addApp()
        _ = try await test.makeUser("other@example.com")
        let other = try await test.enter(try await test.logIn("other@example.com"))
        let refusal = await failure {
            try await test.factors.remove(app.id, by: other) { () throws(MusterError) in nil }
        }
        #expect(refusal?.code == .factorNotFound)
        #expect(try await list().factors.count == 1)
        let look = await failure {
            try await test.factors.list(of: .user(.id(scene.user.id)), by: other)
        }
        #expect(look?.code == .insufficientScope)
    }

    @Test("new recovery codes end the old ones")
    func renewal() async throws {
        let none = await failure {
            try await test.factors.renewRecoveryCodes(by: scene.principal) {
                () throws(MusterError) in
                nil
            }
        }
        #expect(none?.code == .factorNotFound)
        let first = try #require(try await scene.addApp().codes)
        let second = try await test.factors.renewRecoveryCodes(by: scene.principal) {
            () throws(MusterError) in nil
        }
        #expect(second.count == 8)
        #expect(test.codes.notices.map(\.purpose) == [.factorAdded, .recoveryRenewed])
        #expect(test.codes.notices.allSatisfy { $0.recipient == "jane@example.com" })
        let old = await failure { try await test.logIn("jane@example.com", code: first[0]) }
        #expect(old?.code == .credentialsInvalid)
        _ = try await test.logIn("jane@example.com", code: second[0])
    }

    @Test(
        "a reset takes all factors, ends sessions and makes one be set up; the last one stays then"
    )
    func reset() async throws {
        _ = try await scene.addApp()
        try await test.factors.reset(.id(scene.user.id), by: test.asAdministrator)
        await #expect(throws: MusterError.self) { try await scene.principal }
        let again = try await test.logIn("jane@example.com")
        let jane = try await test.enter(again)
        #expect(jane.mustEnrolFactor)
        let shut = await failure {
            try await test.sessions.list(by: jane) { () throws(MusterError) in (nil, 10) }
        }
        #expect(shut?.code == .enrolmentRequired)
        #expect(
            shut?.message
                == "Set up a second factor with POST /muster/v1/factors/totp or /muster/v1/factors/webauthn first."
        )
        let new = try await test.factors.addTimeCode(by: jane) { () throws(MusterError) in
            (nil, nil)
        }
        let secret = try await scene.secret(new.id)
        _ = try await test.factors.confirmTimeCode(new.id, by: jane) { () throws(MusterError) in
            scene.code(secret)
        }
        #expect(try await !test.enter(again).mustEnrolFactor)
        let last = await failure {
            try await test.factors.remove(new.id, by: jane) { () throws(MusterError) in nil }
        }
        #expect(last?.code == .factorLast)
        #expect(try await test.factors.list(of: .oneself, by: jane).factors.count == 1)
    }

    @Test("nobody resets its own factors, nor those of somebody who holds more")
    func resetRights() async throws {
        let own = await failure {
            try await test.factors.reset(.id(test.administrator.id), by: test.asAdministrator)
        }
        #expect(own?.code == .ownAccount)
        let jane = await failure {
            try await test.factors.reset(.id(test.administrator.id), by: scene.principal)
        }
        #expect(jane?.code == .insufficientScope)
    }

    @Test("the owner is told of what is added, removed and used, whatever becomes of the message")
    func notices() async throws {
        let app = try await scene.addApp("Phone")
        let code = try #require(app.codes?.first)
        _ = try await test.logIn("jane@example.com", code: code)
        #expect(await remove(app.id) == nil)
        let notices = test.codes.notices
        #expect(notices.map(\.purpose) == [.factorAdded, .recoveryUsed, .factorRemoved])
        #expect(notices.allSatisfy { $0.recipient == "jane@example.com" })
        #expect(notices.first?.text.contains("\"Phone\"") == true)
        test.codes.setRefusing(true)
        _ = try await scene.addApp()
    }

    @Test("an app that never was confirmed is given up without a word, in the mail and in the log")
    func givenUp() async throws {
        let new = try await scene.begin("Phone")
        #expect(await remove(new.id) == nil)
        #expect(test.codes.notices.isEmpty)
        let fields = try await test.auditEvents().flatMap(\.fields)
        #expect(!fields.contains { $0.key == "two_factor.totp" })
    }

    @Test("recovery codes go with the last second factor of any kind, whatever takes it")
    func recoveryGoes() async throws {
        let app = try await scene.addApp("Phone")
        try await configure(email: true)
        #expect(await remove(app.id) == nil)
        #expect(try await codesLeft() == RecoveryCode.setSize, "codes by e-mail are left")
        try await configure(email: false)
        #expect(try await codesLeft() == 0)
        try await configure(email: true)
        let old = try #require(app.codes?.first)
        let refusal = await failure { _ = try await test.logIn("jane@example.com", code: old) }
        #expect(refusal?.code == .credentialsInvalid)
    }

    private func configure(email: Bool) async throws {
        try await test.secondFactors.configure(.oneself, by: scene.principal) {
            () throws(MusterError) in
            SecondFactorSettings(
                isEmailEnabled: email,
                isSMSEnabled: nil,
                phone: nil,
                password: TestDirectory.administratorPassword
            )
        }
    }

    private func codesLeft() async throws -> Int {
        try await test.factors.list(of: .oneself, by: scene.principal).recoveryCodesLeft
    }

    @Test("the audit log tells what became of factors, and no secret")
    func audit() async throws {
        let app = try await scene.addApp("Phone")
        #expect(await remove(app.id) == nil)
        let fields = try await test.auditEvents().flatMap(\.fields)
        #expect(fields.contains(AuditField("two_factor.totp", "added")))
        #expect(fields.contains(AuditField("two_factor.totp", "removed")))
        let text = app.secret.withExposedValue { Base32.text($0) }
        #expect(!fields.contains { $0.value.contains(text) })
    }
}
