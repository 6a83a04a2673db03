import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What a login that waits is good for", .everyStore)
struct LoginHandleTests {
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }

    init() async throws {
        scene = try await FactorScene()
    }

    private func jane() async throws -> User {
        let user = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.username("jane@example.com"))
        }
        return try #require(user)
    }

    private func change(_ change: (inout User) -> Void) async throws {
        var user = try await jane()
        change(&user)
        try await test.overwrite(user)
    }

    private func send(_ handle: Secret<String>) async -> MusterError.Code? {
        await failure {
            try await test.logins.sendCode(for: handle, by: .email, from: TestDirectory.origin())
        }?.code
    }

    @Test("nothing is sent under the login of somebody who was disabled meanwhile")
    func disabled() async throws {
        _ = try await scene.addApp()
        try await change { $0.secondFactor.isEmailEnabled = true }
        let handle = try #require(try await scene.challenge().handle)
        try await change { $0.isEnabled = false }
        #expect(await send(handle) == .loginExpired)
        #expect(test.codes.messages.isEmpty)
        try await change { $0.isEnabled = true }
        #expect(await send(handle) == nil)
        #expect(test.codes.messages.count == 1)
    }

    @Test("of somebody who may not come in, five answers are written down, and the login is over")
    func refused() async throws {
        let app = try await scene.addApp()
        let handle = try #require(try await scene.challenge().handle)
        try await change { $0.isEnabled = false }
        for _ in 1...Ceremony.tries {
            let answer = await scene.finish(handle, .code(scene.code(app.secret)))
            #expect(answer == .credentialsInvalid)
        }
        let written = try await test.auditEvents().count
        #expect(await scene.finish(handle, .code(scene.code(app.secret))) == .loginExpired)
        #expect(try await test.auditEvents().count == written)
    }

    @Test("a phone that a login proves has its own record, however many logins there are")
    func provenPhone() async throws {
        let phone = try PhoneNumber("+4915112345678")
        for _ in 1...RefusalAudit.signInsOneByOne { _ = try await test.logIn("jane@example.com") }
        try await change { $0.secondFactor = SecondFactor(phone: phone, isSMSEnabled: true) }
        let handle = try await scene.challenge().handle
        let code = try #require(test.codes.lastCode)
        let before = try await test.auditEvents().count
        #expect(await scene.finish(handle, .code(code)) == nil)
        #expect(try await jane().secondFactor.isPhoneVerified)
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.fields) == [[AuditField("two_factor", "phone verified")]])
    }

    @Test("a right code that was sent is no failure of the app")
    func countsApart() async throws {
        _ = try await scene.addApp()
        try await change { $0.secondFactor.isEmailEnabled = true }
        let handle = try #require(try await scene.challenge().handle)
        #expect(await send(handle) == nil)
        let code = try #require(test.codes.lastCode)
        _ = try await test.logins.finish(
            handle,
            with: .code(code),
            from: TestDirectory.origin()
        )
        let user = try await jane()
        let counts = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.factors(of: user.id).map(\.failureCount)
        }
        #expect(counts == [0])
    }

    @Test("a code that waits ends when the address changes, or a way is switched off")
    func movedAddress() async throws {
        try await change { $0.secondFactor.isEmailEnabled = true }
        for isAddress in [true, false] {
            test.clock.advance(by: .seconds(60))
            let refusal = await failure { try await test.logIn("jane@example.com") }
            #expect(refusal?.code == .codeRequired)
            let code = try #require(test.codes.lastCode)
            if isAddress {
                let changes = UserChanges { $0.email = "jane@example.org" }
                _ = try await test.users.edit(.user(.id(jane().id)), by: test.asAdministrator) {
                    () throws(MusterError) in changes
                }
            } else {
                try await test.secondFactors.configure(
                    .user(.id(jane().id)),
                    by: test.asAdministrator
                ) { () throws(MusterError) in
                    SecondFactorSettings(
                        isEmailEnabled: nil,
                        isSMSEnabled: true,
                        phone: try PhoneNumber("+4915112345678")
                    )
                }
            }
            let answer = await failure { try await test.logIn("jane@example.com", code: code) }
            #expect(answer?.code == .credentialsInvalid)
        }
    }

    @Test("whoever must have a second factor does not switch off the last one")
    func lastOne() async throws {
        try await change {
            $0.secondFactor.isEmailEnabled = true
            $0.authorizations.requiresSecondFactorEnrolment = true
        }
        let refusal = await failure {
            try await test.secondFactors.configure(.oneself, by: try await test.asUser(jane())) {
                () throws(MusterError) in
                SecondFactorSettings(
                    isEmailEnabled: false,
                    isSMSEnabled: nil,
                    phone: nil,
                    password: TestDirectory.administratorPassword
                )
            }
        }
        #expect(refusal?.code == .factorLast)
        #expect(try await jane().secondFactor.isEmailEnabled)
    }
}
