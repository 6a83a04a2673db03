import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Passwords by the policy nist", .everyStore)
struct NISTPolicyTests {
    private static let short = Secret("Walnut-8")
    private static let long = Secret("Walnut-Ferry-Lantern")
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory(
            rules: DirectoryRules(passwords: PasswordPolicy(.nist, commonPasswords: ["Walnut-9"]))
        )
    }

    private func makeUser(
        mustHaveFactor: Bool,
        _ password: Secret<String>
    ) async throws(MusterError) -> User {
        try await test.users.create(by: test.asAdministrator) { () throws(MusterError) in
            var draft = UserDraft(username: try Username("jane@example.com"), role: .basic)
            draft.authorizations.requiresSecondFactorEnrolment = mustHaveFactor
            return (draft, password)
        }
    }

    private func setPassword(_ password: Secret<String>, of user: User) async -> String? {
        await failure {
            try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
                () throws(MusterError) in PasswordChange(new: password, current: nil)
            }
        }?.message
    }

    @Test(
        "a user who is made with a second factor that is required has eight characters, others have fifteen"
    )
    func creation() async throws {
        let refusal = await failure { try await makeUser(mustHaveFactor: false, Self.short) }
        #expect(refusal?.message == "The password must have at least 15 characters.")
        let common = await failure { try await makeUser(mustHaveFactor: true, Secret("walnut-9")) }
        #expect(common?.message == "The password must not be one of the common passwords.")
        let user = try await makeUser(mustHaveFactor: true, Self.short)
        _ = try await test.logIn(user.username.text, Self.short)
    }

    @Test("another password is judged by what is required of its user then")
    func change() async throws {
        let user = try await makeUser(mustHaveFactor: false, Self.long)
        #expect(await setPassword(Self.short, of: user) != nil)
        var changes = UserChanges()
        changes.requiresSecondFactorEnrolment = true
        _ = try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
            [changes] () throws(MusterError) in changes
        }
        #expect(await setPassword(Self.short, of: user) == nil)
    }

    @Test("one change sets password and requirement together")
    func together() async throws {
        let user = try await makeUser(mustHaveFactor: false, Self.long)
        for (isRequired, isTaken) in [(nil, false), (true, true), (false, false)] as [(Bool?, Bool)]
        {
            var changes = UserChanges()
            changes.requiresSecondFactorEnrolment = isRequired
            changes.password = Self.short
            let refusal = await failure { [changes] in
                try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
                    () throws(MusterError) in changes
                }
            }
            #expect(refusal?.code == (isTaken ? nil : .passwordPolicy))
        }
    }

    @Test("a second factor that its user may give up again makes no short password good")
    func ownFactor() async throws {
        var user = try await makeUser(mustHaveFactor: false, Self.long)
        user.secondFactor = SecondFactor(isEmailEnabled: true)
        try await test.overwrite(user)
        #expect(await setPassword(Self.short, of: user) != nil)
    }

    @Test("a line of an import has to say itself that a second factor is required")
    func imports() async throws {
        let run = try ImportService(test.directory).begin(by: test.asMaskAdministrator) {
            () throws(MusterError) in ImportOptions(mode: .upsert, isDryRun: false)
        }
        _ = try await makeUser(mustHaveFactor: true, Self.short)
        for isRequired in [nil, false, true] as [Bool?] {
            var line = ImportLine(number: 1, username: try Username("jane@example.com"))
            line.changes.requiresSecondFactorEnrolment = isRequired
            line.password = .plain(Self.short)
            let refusal = await failure { [line] in try await run.hashing(try run.check(line)) }
            #expect(refusal?.code == (isRequired == true ? nil : .passwordPolicy))
        }
    }
}
