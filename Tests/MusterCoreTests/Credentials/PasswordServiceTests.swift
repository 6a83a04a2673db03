import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Changing passwords", .everyStore)
struct PasswordServiceTests {
    private static let old = TestDirectory.administratorPassword
    private static let new = Secret("Another-Horse-8")
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    private func change(
        _ subject: UserTarget,
        by principal: Principal,
        to new: Secret<String> = Self.new,
        current: Secret<String>? = nil,
        isTemporary: Bool = false
    ) async throws(MusterError) {
        try await test.passwords.change(subject, by: principal) { () throws(MusterError) in
            PasswordChange(new: new, current: current, isTemporary: isTemporary)
        }
    }

    @Test(
        "an administrator may leave out the current password of another, but not give a wrong one"
    )
    func byAdministrator() async throws {
        let user = try await test.makeUser("jane@example.com")
        let subject = UserTarget.user(.id(user.id))
        let refusal = await failure {
            try await change(subject, by: test.asAdministrator, current: Secret("wrong"))
        }
        #expect(refusal?.code == .currentPasswordInvalid)
        #expect(refusal?.message == "Current password is invalid.")
        _ = try await test.logIn("jane@example.com")
        try await change(subject, by: test.asAdministrator)
        _ = try await test.logIn("jane@example.com", Self.new)
        try await change(subject, by: test.asAdministrator, to: Self.old, current: Self.new)
        _ = try await test.logIn("jane@example.com")
    }

    @Test("on one's own account the current password is needed", arguments: [true, false])
    func ownAccount(_ byName: Bool) async throws {
        let subject = byName ? UserTarget.user(.id(test.administrator.id)) : .oneself
        for current in [nil, Secret("wrong")] {
            let refusal = await failure {
                try await change(subject, by: test.asAdministrator, current: current)
            }
            #expect(refusal?.code == .currentPasswordInvalid)
        }
        try await change(subject, by: test.asAdministrator, current: Self.old)
        _ = try await test.logIn(TestDirectory.administratorName, Self.new)
    }

    @Test("a new password is counted as it is hashed, at creation and at every change")
    func preparedForm() async throws {
        let test = try await TestDirectory(hasher: StrippingHasher())
        let (short, long) = (Secret("abc-----defg"), Secret("abc-----defgh"))
        let atCreation = await failure {
            try await test.makeUser("short@example.com", password: short)
        }
        #expect(atCreation?.code == .passwordPolicy)
        let user = try await test.makeUser("jane@example.com", password: long)
        let subject = UserTarget.user(.id(user.id))
        let administrator = test.asAdministrator
        let atChange = await failure {
            try await test.passwords.change(subject, by: administrator) { () throws(MusterError) in
                PasswordChange(new: short, current: nil)
            }
        }
        #expect(atChange?.code == .passwordPolicy)
        let atEdit = await failure {
            try await test.users.edit(subject, by: administrator) { () throws(MusterError) in
                UserChanges { $0.password = short }
            }
        }
        #expect(atEdit?.code == .passwordPolicy)
    }

    @Test("a change ends every session but the one it was made in")
    func sessionsEnd() async throws {
        _ = try await test.makeUser("jane@example.com")
        let (mine, other) = (
            try await test.logIn("jane@example.com"), try await test.logIn("jane@example.com")
        )
        let bystander = try await test.logIn(TestDirectory.administratorName)
        try await change(.oneself, by: try test.enter(mine), current: Self.old)
        _ = try await test.enter(mine)
        _ = try await test.enter(bystander)
        let refusal = await failure { try await test.enter(other) }
        #expect(refusal?.code == .sessionExpired)
    }

    @Test("a reset by an administrator ends every session of the user")
    func resetEndsSessions() async throws {
        let user = try await test.makeUser("jane@example.com")
        let session = try await test.logIn("jane@example.com")
        try await change(.user(.id(user.id)), by: test.asAdministrator)
        let refusal = await failure { try await test.enter(session) }
        #expect(refusal?.code == .sessionExpired)
    }

    @Test("a password that breaks the policy changes nothing, after the current one was checked")
    func policy() async throws {
        let user = try await test.makeUser("jane@example.com")
        let session = try await test.logIn("jane@example.com")
        let before = try await test.auditEvents()
        let refusal = await failure {
            try await change(.user(.id(user.id)), by: test.asAdministrator, to: Secret("short"))
        }
        #expect(refusal?.code == .passwordPolicy)
        #expect(try await test.auditEvents() == before)
        _ = try await test.enter(session)
        _ = try await test.logIn("jane@example.com")
    }

    @Test("the policy tenable takes neither the current password nor the ten before it")
    func formerPasswords() async throws {
        let test = try await TestDirectory(
            rules: DirectoryRules(passwords: PasswordPolicy(.tenable))
        )
        func password(_ number: Int) -> Secret<String> { Secret("Password-No-\(number)!") }
        let user = try await test.makeUser("jane@example.com", password: password(0))
        func set(_ number: Int) async -> MusterError? {
            await failure {
                try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
                    () throws(MusterError) in PasswordChange(new: password(number), current: nil)
                }
            }
        }
        for number in 1...11 {
            #expect(await set(number) == nil)
            let again = await set(number)
            #expect(again?.code == .passwordPolicy)
            #expect(again?.message.contains("former password") == true)
        }
        for number in 1...10 { #expect(await set(number)?.code == .passwordPolicy) }
        #expect(await set(0) == nil, "eleven passwords back is forgotten")
    }

    @Test("the policy basic takes a former password")
    func formerPasswordsAllowed() async throws {
        let user = try await test.makeUser("jane@example.com")
        for _ in 1...2 { try await change(.user(.id(user.id)), by: test.asAdministrator) }
    }

    @Test("a temporary password opens a session that can change it and do nothing else")
    func temporary() async throws {
        let user = try await test.makeUser("jane@example.com", role: .administrator)
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        try await change(.user(.id(user.id)), by: test.asAdministrator, isTemporary: true)
        let session = try await test.logIn("jane@example.com", Self.new)
        let principal = try await test.enter(session)
        #expect(principal.mustChangePassword)
        #expect(try await !test.enter(keys).mustChangePassword, "keys are not a password")

        let calls: [() async throws -> Void] = [
            { _ = try await test.users.page(by: principal) { UserQuery(limit: 1) } },
            { _ = try await test.users.details(.user(.id(user.id)), by: principal) },
            { _ = try await test.keys.rotate(.oneself, by: principal) },
            {
                _ = try await test.users.edit(.oneself, by: principal) { () throws(MusterError) in
                    UserChanges { $0.name = "X" }
                }
            },
            { _ = try await test.groups.list(by: principal) },
            { try await change(.user(.id(user.id)), by: principal, current: Self.new) },
        ]
        for call in calls {
            #expect(await failure(call)?.code == .passwordChangeRequired)
        }
        let impersonation = await failure {
            try await test.authenticator.impersonate(
                TestDirectory.administratorName,
                by: principal
            )
        }
        #expect(impersonation?.code == .impersonationRefused)
        #expect(try await test.users.details(.oneself, by: principal).id == user.id)

        try await change(.oneself, by: principal, to: Self.old, current: Self.new)
        #expect(try await !test.enter(session).mustChangePassword)
    }

    @Test(
        "a change is one record, which says whether the password is temporary",
        arguments: [true, false]
    )
    func audit(_ isTemporary: Bool) async throws {
        let user = try await test.makeUser("jane@example.com")
        let before = try await test.auditEvents().count
        try await change(
            .user(.id(user.id)),
            by: test.asAdministrator,
            isTemporary: isTemporary
        )
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.action) == [.userUpdate])
        let value = isTemporary ? "temporary" : "changed"
        #expect(events.first?.fields == [AuditField("password", value)])
        #expect(!String(describing: events).contains("Another-Horse"))
    }
}
