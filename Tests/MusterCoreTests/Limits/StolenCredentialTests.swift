import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Whoever has stolen one credential of a user does not hold up its owner", .everyStore)
struct StolenCredentialTests {
    private static let fresh = Secret("Better-Horse-8")
    private static let password = TestDirectory.administratorPassword
    private let test: TestDirectory
    private let user: User
    private let keys: APIKeyPair
    private let stolen: IssuedSession
    private let own: IssuedSession

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("least@example.com")
        keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        stolen = try await test.logIn("least@example.com")
        own = try await test.logIn("least@example.com")
    }

    private func rename(_ number: Int, by principal: Principal) async -> MusterError.Code? {
        await failure {
            let changes = UserChanges { $0.name = "name \(number)" }
            _ = try await test.users.edit(.oneself, by: principal) { () throws(MusterError) in
                changes
            }
        }?.code
    }

    /// Takes all places of a session by cheap changes; answers it.
    private func spend(_ session: IssuedSession) async throws -> Principal {
        let principal = try await test.enter(session)
        for number in 0..<ChangeBudget.atOnce { _ = await rename(number, by: principal) }
        #expect(await rename(100, by: principal) == .rateLimited)
        return principal
    }

    @Test("what one has used up the other has still")
    func others() async throws {
        _ = try await spend(stolen)
        let owner = try await test.enter(own)
        for number in 0..<ChangeBudget.atOnce { #expect(await rename(number, by: owner) == nil) }
        #expect(await rename(100, by: try await test.enter(keys)) == nil)
    }

    @Test("all of them together change a user four times as often as one, and no more")
    func together() async throws {
        for _ in 0..<ChangeBudget.credentials - 2 {
            _ = try await spend(try await test.logIn("least@example.com"))
        }
        _ = try await spend(stolen)
        _ = try await spend(own)
        let last = try await test.enter(try await test.logIn("least@example.com"))
        #expect(await rename(0, by: last) == .rateLimited)
    }

    @Test("new keys bring no new places")
    func keysTogether() async throws {
        var pair = keys
        for _ in 0..<ChangeBudget.atOnce {
            pair = try await test.keys.rotate(.oneself, by: test.enter(pair))
        }
        let last = pair
        let refusal = await failure {
            _ = try await test.keys.rotate(.oneself, by: test.enter(last))
        }
        #expect(refusal?.code == .rateLimited)
    }

    @Test("what only closes goes on in the very session that has changed too much")
    func closing() async throws {
        let key = try await test.sshKeys.add(to: .id(user.id), by: test.asAdministrator) {
            () throws(MusterError) in (KeyLine.ed25519().base64, nil)
        }.key
        let principal = try await spend(stolen)
        _ = try await test.keys.revoke(.oneself, by: principal)
        try await test.sshKeys.removeOwn(fingerprint: key.fingerprint, by: principal)
        try await test.sessions.revoke(SessionID(own.digest), by: principal)
        try await test.sessions.revokeAll(of: .id(user.id), by: principal)
        await #expect(throws: MusterError.self) { try await test.enter(stolen) }
    }

    @Test("so does what the present password confirms")
    func confirmed() async throws {
        let principal = try await spend(stolen)
        try await test.secondFactors.configure(.oneself, by: principal) { () throws(MusterError) in
            SecondFactorSettings(
                isEmailEnabled: true,
                isSMSEnabled: nil,
                phone: nil,
                password: Self.password
            )
        }
        try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
            PasswordChange(new: Self.fresh, current: Self.password)
        }
        await #expect(throws: MusterError.self) { try await test.enter(own) }
    }
}
