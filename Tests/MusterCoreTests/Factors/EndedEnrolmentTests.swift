import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite(
    "A second factor whose beginning was proved by a password or session that is no more",
    .everyStore
)
struct EndedEnrolmentTests {
    /// What ends what waits.
    enum End: CaseIterable, Sendable {
        case ownPassword
        case password
        case edit
        case sessions
        case session
        case reset
        case disabled
    }

    private static let fresh = Secret("Better-Horse-8")
    private static let password = TestDirectory.administratorPassword
    private let scene: FactorScene
    private let keys: APIKeyPair
    private var test: TestDirectory { scene.test }

    init() async throws {
        scene = try await FactorScene()
        keys = try await scene.test.keys.rotate(
            .user(.id(scene.user.id)),
            by: scene.test.asAdministrator
        )
    }

    /// The user by the keys, which outlive all of it.
    private var thief: Principal { get async throws { try await test.enter(keys) } }

    private func make(_ end: End) async throws {
        let target = UserTarget.user(.id(scene.user.id))
        switch end {
        case .ownPassword:
            try await test.passwords.change(.oneself, by: scene.principal) {
                () throws(MusterError) in
                PasswordChange(new: Self.fresh, current: Self.password)
            }
        case .password:
            try await test.passwords.change(target, by: test.asAdministrator) {
                () throws(MusterError) in PasswordChange(new: Self.fresh, current: nil)
            }
        case .edit: try await edit { $0.password = Self.fresh }
        case .sessions:
            try await test.sessions.revokeAll(of: .id(scene.user.id), by: test.asAdministrator)
        case .session:
            try await test.sessions.revoke(
                SessionID(scene.session.digest),
                by: scene.principal
            )
        case .reset:
            try await test.factors.reset(.id(scene.user.id), by: test.asAdministrator)
        case .disabled:
            try await edit { $0.isEnabled = false }
            try await edit { $0.isEnabled = true }
        }
    }

    private func edit(_ build: (inout UserChanges) -> Void) async throws {
        let changes = UserChanges(build)
        _ = try await test.users.edit(.user(.id(scene.user.id)), by: test.asAdministrator) {
            () throws(MusterError) in changes
        }
    }

    @Test("no passkey is made any more", arguments: End.allCases)
    func passkeys(_ end: End) async throws {
        var authenticator = TestAuthenticator()
        let options = try await test.factors.passkeyOptions(by: scene.principal) {
            () throws(MusterError) in nil
        }
        authenticator.userHandle = options.userHandle
        let attestation = authenticator.attestation(options.challenge)
        try await make(end)
        let refusal = await failure {
            _ = try await test.factors.addPasskey(by: thief) { () throws(MusterError) in
                (nil, attestation)
            }
        }
        #expect(refusal?.code == .loginExpired)
    }

    @Test("no app is confirmed any more", arguments: End.allCases)
    func apps(_ end: End) async throws {
        let new = try await scene.begin()
        let code = scene.code(try await scene.secret(new.id))
        try await make(end)
        let refusal = await failure {
            _ = try await test.factors.confirmTimeCode(new.id, by: thief) {
                () throws(MusterError) in code
            }
        }
        #expect(refusal?.code == .factorNotFound)
    }

    @Test("no phone is proved any more", arguments: End.allCases)
    func phones(_ end: End) async throws {
        try await test.secondFactors.sendVerification(to: .oneself, by: scene.principal) {
            () throws(MusterError) in (PhoneNumber(stored: "+15552223344"), Self.password)
        }
        let code = try #require(test.codes.lastCode)
        try await make(end)
        let refusal = await failure {
            try await test.secondFactors.verify(.oneself, by: thief) {
                () throws(MusterError) in code
            }
        }
        #expect(refusal?.code == .codeInvalid)
    }

    @Test("what nothing has ended is finished, by keys as well")
    func finished() async throws {
        let new = try await scene.begin()
        let code = scene.code(try await scene.secret(new.id))
        _ = try await test.factors.confirmTimeCode(new.id, by: thief) {
            () throws(MusterError) in code
        }
    }
}
