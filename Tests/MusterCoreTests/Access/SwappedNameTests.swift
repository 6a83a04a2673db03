import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("The present password is the account's own, whatever its name becomes", .everyStore)
struct SwappedNameTests {
    private static let thiefs = Secret("Thiefs-Horse-9")

    private let test: TestDirectory
    private let bob: User
    private let principal: Principal

    init() async throws {
        test = try await TestDirectory()
        bob = try await test.makeUser("bob@example.com", role: .administrator)
        principal = try await test.asUser(bob)
        // Between head and body the account is renamed, and its name given to another with a known password.
        _ = try await test.users.edit(.user(.id(bob.id)), by: test.asAdministrator) {
            () throws(MusterError) in
            var changes = UserChanges()
            changes.username = try Username("bob2@example.com")
            return changes
        }
        _ = try await test.makeUser("bob@example.com", password: Self.thiefs)
    }

    private func hash() async throws -> String? {
        try await test.directory.store.read(.bounded) { [bob] reader throws(MusterError) in
            try reader.password(of: bob.id)?.hash.text
        }
    }

    @Test("who has got the account's former name does not lend its password for a new one")
    func password() async throws {
        let before = try await hash()
        let refusal = await failure {
            try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
                PasswordChange(new: Secret("Better-Horse-8"), current: Self.thiefs)
            }
        }
        #expect(refusal?.code == .currentPasswordInvalid)
        #expect(try await hash() == before)
        #expect(
            try await test.current(bob).logins.failureCount == 1,
            "it counts at the account itself"
        )
        try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
            PasswordChange(
                new: Secret("Better-Horse-8"),
                current: TestDirectory.administratorPassword
            )
        }
        #expect(try await hash() != before)
    }

    @Test("nor for another e-mail address, factor or phone number")
    func others() async throws {
        let email = await failure {
            _ = try await test.users.edit(.oneself, by: principal) { () throws(MusterError) in
                var changes = UserChanges()
                changes.email = "elsewhere@example.org"
                changes.currentPassword = Self.thiefs
                return changes
            }
        }
        let factor = await failure {
            try await test.secondFactors.configure(.oneself, by: principal) {
                () throws(MusterError) in
                SecondFactorSettings(
                    isEmailEnabled: true,
                    isSMSEnabled: false,
                    phone: nil,
                    password: Self.thiefs
                )
            }
        }
        let phone = await failure {
            try await test.secondFactors.sendVerification(to: .oneself, by: principal) {
                () throws(MusterError) in (try PhoneNumber("+12025550123"), Self.thiefs)
            }
        }
        for refusal in [email, factor, phone] { #expect(refusal?.code == .currentPasswordInvalid) }
        #expect(try await test.current(bob).email == nil)
        #expect(test.codes.messages.isEmpty)
    }
}
