import FoundationEssentials
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Creating, changing and deleting users", .everyStore)
struct UserServiceTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    private func edit(
        _ user: User,
        by principal: Principal? = nil,
        _ build: (inout UserChanges) -> Void
    ) async throws(MusterError) -> User {
        let changes = UserChanges(build)
        return try await test.users.edit(
            .user(.id(user.id)),
            by: principal ?? test.asAdministrator
        ) { () throws(MusterError) in changes }
    }

    private func delete(
        _ user: User,
        by principal: Principal? = nil,
        successor: UUID? = nil
    ) async -> MusterError.Code? {
        await failure {
            try await test.users.delete(.id(user.id), by: principal ?? test.asAdministrator) {
                () throws(MusterError) in successor
            }
        }?.code
    }

    @Test("a new user has what was asked for, and every sign-in method")
    func creation() async throws {
        let user = try await test.makeUser("Jane@Example.com", role: .standard)
        #expect(user.username.text == "Jane@Example.com" && user.role == .standard)
        #expect(user.isEnabled && user.authorizations == Authorizations())
        #expect(user.masks == Masks() && user.hosts.networks.isEmpty && user.groups.isEmpty)
        #expect(user.uuid.bytes[6] >> 4 == 4)
        #expect(user.displayName == "Jane@Example.com" && user.displayEmail == user.displayName)
        #expect(try await test.current(user) == user)
        _ = try await test.logIn("jane@example.com")
    }

    @Test("a taken name is refused, in whatever case")
    func takenName() async throws {
        _ = try await test.makeUser("jane@example.com")
        let before = try await test.auditEvents()
        let refusal = await failure { try await test.makeUser("JANE@example.com") }
        #expect(refusal?.code == .userAlreadyExists)
        #expect(try await test.auditEvents() == before)
    }

    @Test("a password that breaks the policy is refused before anything is hashed")
    func policy() async throws {
        let hasher = InstantHasher()
        let test = try await TestDirectory(hasher: hasher)
        let before = hasher.calls
        let refusal = await failure {
            try await test.makeUser("jane@example.com", password: Secret("short"))
        }
        #expect(refusal?.code == .passwordPolicy)
        #expect(hasher.calls == before)
    }

    @Test("an overloaded hasher creates nobody")
    func overloaded() async throws {
        let hasher = InstantHasher()
        let test = try await TestDirectory(hasher: hasher)
        hasher.setOverloaded(true)
        let refusal = await failure { try await test.makeUser("jane@example.com") }
        #expect(refusal?.code == .overloaded)
        let users = try await test.users.page(by: test.asAdministrator) { UserQuery(limit: 10) }
        #expect(users.count == 1)
    }

    @Test(
        "a name needs a domain, and an approved one where there is a list",
        arguments: [
            ([], "jane@example.com", true), ([], "jane", false), ([], "a@b@c", false),
            ([], "jane@", false),
            (["example.com"], "jane@example.com", true),
            (["EXAMPLE.com"], "jane@Example.COM", true),
            (["example.com"], "jane@example.org", false),
            (["example.com"], "jane@sub.example.com", false),
            (["example.com"], "jane@notexample.com", false),
            (["a.com", "b.com"], "jane@b.com", true),
        ] as [(Set<String>, String, Bool)]
    )
    func domains(_ approved: Set<String>, _ name: String, _ isApproved: Bool) async throws {
        let test = try await TestDirectory(rules: DirectoryRules(approvedDomains: approved))
        let refusal = await failure { try await test.makeUser(name) }
        #expect(refusal?.code == (isApproved ? nil : .userUnapprovedDomain))
        guard let refusal else { return }
        let sentence =
            "The username provided is not a part of the current Container's approved domains."
        #expect(refusal.message == sentence)
    }

    @Test("what is not given stays, what is empty is cleared, the username is no name of one's own")
    func edits() async throws {
        let user = try await test.makeUser("jane@example.com")
        var changed = try await edit(user) {
            $0.name = "Jane"
            $0.email = "jane@example.org"
            $0.role = .standard
        }
        #expect(changed.name == "Jane" && changed.email == "jane@example.org")
        #expect(changed.role == .standard && changed.isEnabled)
        changed = try await edit(user) { $0.isEnabled = false }
        #expect(changed.name == "Jane" && changed.role == .standard && !changed.isEnabled)
        changed = try await edit(user) { $0.name = "" }
        #expect(changed.name == nil && changed.displayName == "jane@example.com")
        changed = try await edit(user) { $0.email = "jane@example.com" }
        #expect(changed.email == nil && changed.displayEmail == "jane@example.com")
        #expect(try await test.current(user) == changed)
    }

    @Test("nobody enables or disables the own account, but may say that it is as it is")
    func ownEnabledStatus() async throws {
        let other = try await test.makeUser("other@example.com", role: .administrator)
        let refusal = await failure {
            try await edit(other, by: try await test.asUser(other)) { $0.isEnabled = false }
        }
        #expect(refusal?.code == .ownAccount)
        let same = try await edit(other, by: try await test.asUser(other)) {
            $0.isEnabled = true
            $0.name = "Other"
        }
        #expect(same.isEnabled && same.name == "Other")
    }

    @Test("an administrator who acts in another's name does not disable itself either")
    func ownStatusImpersonating() async throws {
        let other = try await test.makeUser("other@example.com", role: .administrator)
        let principal = try await test.authenticator.impersonate(
            TestDirectory.administratorName,
            by: try await test.asUser(other)
        )
        #expect(await delete(other, by: principal) == .ownAccount)
        let authorizations = await failure {
            try await test.users.setAuthorizations(of: .id(other.id), by: principal) {
                () throws(MusterError) in UserChanges(Authorizations(api: false))
            }
        }
        #expect(authorizations?.code == .ownAccount)
        let refusal = await failure {
            try await edit(other, by: principal) { $0.isEnabled = false }
        }
        #expect(refusal?.code == .ownAccount)
    }

    @Test("the last enabled administrator stays one, and enabled")
    func lastAdministrator() async throws {
        let owner = test.administrator
        var demotion = await failure { try await edit(owner) { $0.role = .standard } }
        #expect(demotion?.code == .lastAdministrator)
        let other = try await test.makeUser("other@example.com", role: .administrator)
        // Past the right, not past the rule.
        let machine = Principal(user: owner, method: .local, origin: TestDirectory.origin())
        _ = try await edit(other) { $0.isEnabled = false }
        demotion = await failure { try await edit(owner, by: machine) { $0.role = .standard } }
        #expect(demotion?.code == .lastAdministrator, "a disabled one does not count")
        let disabling = await failure {
            try await edit(owner, by: machine) { $0.isEnabled = false }
        }
        #expect(disabling?.code == .lastAdministrator)
        _ = try await edit(other) { $0.isEnabled = true }
        let disabled = try await edit(owner, by: try await test.asUser(other)) {
            $0.isEnabled = false
        }
        #expect(!disabled.isEnabled, "with another one left the owner can be disabled")
        #expect(await delete(other, by: machine) == .lastAdministrator)
    }

    @Test("nobody deletes oneself, and nobody the owner")
    func undeletable() async throws {
        let other = try await test.makeUser("other@example.com", role: .administrator)
        #expect(await delete(test.administrator) == .ownAccount)
        #expect(await delete(other, by: try await test.asUser(other)) == .ownAccount)
        #expect(
            await delete(test.administrator, by: try await test.asUser(other)) == .userUndeletable
        )
        // At the data folder somebody stands in for the owner, and is told why that one stays, too.
        let machine = Principal(
            user: test.administrator,
            method: .local,
            origin: TestDirectory.origin()
        )
        #expect(await delete(test.administrator, by: machine) == .userUndeletable)
        #expect(await delete(other) == nil)
        #expect(await delete(other) == .userNotFound)
    }

    @Test("a successor is another user who is there and enabled")
    func successors() async throws {
        let user = try await test.makeUser("jane@example.com")
        var heir = try await test.makeUser("heir@example.com")
        #expect(await delete(user, successor: UUID()) == .successorRefused)
        #expect(await delete(user, successor: user.uuid) == .successorRefused)
        heir.isEnabled = false
        try await test.overwrite(heir)
        #expect(await delete(user, successor: heir.uuid) == .successorRefused)
        #expect(await delete(user, successor: test.administrator.uuid) == nil)
        let field = AuditField("successor_user_uuid", test.administrator.uuid.text)
        #expect(try await test.auditEvents().last?.fields == [field])
    }

    @Test("the number of a deleted user is never given again, its name is")
    func numbers() async throws {
        let user = try await test.makeUser("jane@example.com")
        #expect(await delete(user) == nil)
        let again = try await test.makeUser("jane@example.com")
        #expect(again.id > user.id && again.uuid != user.uuid)
    }

    @Test("authorizations are set as given, but not one's own")
    func authorizations() async throws {
        let user = try await test.makeUser("jane@example.com")
        func set(_ authorizations: Authorizations, of target: User) async -> MusterError? {
            await failure {
                try await test.users.setAuthorizations(of: .id(target.id), by: test.asAdministrator)
                {
                    () throws(MusterError) in UserChanges(authorizations)
                }
            }
        }
        let given = Authorizations(
            api: false,
            password: true,
            saml: false,
            requiresSecondFactorEnrolment: true
        )
        #expect(await set(given, of: user)?.code == nil)
        #expect(try await test.current(user).authorizations == given)
        let own = await set(given, of: test.administrator)
        #expect(own?.code == .ownAccount)
        #expect(own?.message == "You cannot update authorizations for the current user.")
    }
}
