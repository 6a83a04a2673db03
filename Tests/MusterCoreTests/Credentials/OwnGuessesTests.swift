import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Guesses at one's own present password", .everyStore)
struct OwnGuessesTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    /// Whether a new password is taken with the right present one.
    private func mayChange(_ principal: Principal) async -> Bool {
        await change(TestDirectory.administratorPassword, by: principal) == nil
    }

    private func change(
        _ present: Secret<String>,
        by principal: Principal
    ) async -> MusterError.Code? {
        await failure {
            try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
                PasswordChange(new: Secret("Another-Horse-8"), current: present)
            }
        }?.code
    }

    private func fail(_ times: Int, by principal: Principal) async {
        for _ in 0..<times {
            #expect(await change(Secret("wrong"), by: principal) == .currentPasswordInvalid)
        }
    }

    @Test("new keys of one's own do not begin the guesses again")
    func keys() async throws {
        let user = try await test.makeUser("jane@example.com")
        let principal = try await test.asUser(user)
        await fail(5, by: principal)
        _ = try await test.keys.rotate(.oneself, by: principal)
        await fail(1, by: principal)
        #expect(await !mayChange(principal))
        _ = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        #expect(await mayChange(principal), "somebody else's new keys lift the lock as ever")
    }

    @Test("nobody forgets failed logins of its own")
    func unlock() async throws {
        let user = try await test.makeUser("jane@example.com", role: .administrator)
        let principal = try await test.asUser(user)
        await fail(6, by: principal)
        let refusal = await failure {
            try await test.users.unlock(.id(user.id), by: principal)
        }
        #expect(refusal?.code == .ownAccount)
        #expect(await !mayChange(principal))
        _ = try await test.users.unlock(.id(user.id), by: test.asAdministrator)
        #expect(await mayChange(principal))
    }
}
