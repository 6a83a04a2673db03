import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("The token for commands on a stopped directory's own files", .everyStore)
struct LocalAdminTokenTests {
    private let test: TestDirectory
    private let token: LocalAdminToken

    init() async throws {
        test = try await TestDirectory()
        token = LocalAdminToken(test.directory)
    }

    private func enter(
        by permissionModel: Principal.PermissionModel = .role
    ) async throws -> Principal {
        try await Authenticator(test.directory, localAdminToken: token).authenticate(
            .session(token: token.token),
            from: TestDirectory.origin(nil),
            by: permissionModel
        )
    }

    /// The owner as it must never be found, and often is: disabled, demoted, elsewhere, locked, every token
    /// closed.
    private func shutOutTheOwner() async throws {
        var owner = try await test.current(test.administrator)
        owner.isEnabled = false
        owner.role = .basic
        owner.masks = Masks()
        owner.hosts = try AllowedNetworks(["10.0.0.1"])
        owner.authorizations = Authorizations(
            api: false,
            password: false,
            saml: false,
            requiresSecondFactorEnrolment: false
        )
        try await test.overwrite(owner)
        var logins = owner.logins
        logins.failureCount = 6
        logins.lastFailure = test.clock.now()
        logins.lastClosing = test.clock.now()
        let (id, locked) = (owner.id, logins)
        try await test.directory.store.write { transaction throws(MusterError) in
            try transaction.updateLogins(of: id, to: locked)
        }
    }

    @Test("the token is 64 hexadecimal digits, another one each time, and never shown")
    func tokens() {
        let other = LocalAdminToken(test.directory)
        let texts = [token, other].map { $0.token.withExposedValue(\.self) }
        #expect(texts.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{64}/) != nil })
        #expect(Set(texts).count == 2)
        #expect("\(token)".contains("<redacted>") && !"\(token)".contains(texts[0]))
    }

    @Test("the token opens no authenticator but its own")
    func otherAuthenticators() async throws {
        let credentials = Credentials.session(token: token.token)
        let served = await failure {
            try await test.authenticator.authenticate(credentials, from: TestDirectory.origin(nil))
        }
        #expect(served?.code == .credentialsInvalid)
        let next = Authenticator(test.directory, localAdminToken: LocalAdminToken(test.directory))
        let later = await failure {
            try await next.authenticate(credentials, from: TestDirectory.origin(nil))
        }
        #expect(later?.code == .credentialsInvalid)
    }

    @Test("other credentials obey the usual rules beside it")
    func otherCredentials() async throws {
        let authenticator = Authenticator(test.directory, localAdminToken: token)
        for text in ["", "0", String(repeating: "0", count: 64)] {
            let code = await failure {
                try await authenticator.authenticate(
                    .session(token: Secret(text)),
                    from: TestDirectory.origin(nil)
                )
            }
            #expect(code?.code == .credentialsInvalid)
        }
    }

    @Test(
        "an owner who is shut out in every way is let in again",
        arguments: [Principal.PermissionModel.role, .masks]
    )
    func recovery(permissionModel: Principal.PermissionModel) async throws {
        try await shutOutTheOwner()
        let principal = try await enter(by: permissionModel)
        #expect(principal.user.id == test.administrator.id)
        let owner = UserReference.id(test.administrator.id)
        _ = try await test.users.edit(.user(owner), by: principal) { () throws(MusterError) in
            var changes = UserChanges()
            changes.isEnabled = true
            changes.role = .administrator
            changes.readMask = Masks.all.read
            changes.writeMask = Masks.all.write
            changes.liveviewMask = Masks.all.liveview
            changes.hosts = AllowedNetworks()
            return changes
        }
        try await test.users.setAuthorizations(of: owner, by: principal) {
            () throws(MusterError) in
            UserChanges(
                Authorizations(
                    api: true,
                    password: true,
                    saml: true,
                    requiresSecondFactorEnrolment: false
                )
            )
        }
        let password = Secret("Another-Horse-8")
        for current in [PasswordChange.CurrentOwner.target, .caller] {
            try await test.passwords.change(.user(owner), by: principal) {
                () throws(MusterError) in
                PasswordChange(new: password, current: nil, owner: current)
            }
        }
        let session = try await test.logIn(TestDirectory.administratorName, password)
        try await test.enter(session).requireAdministrator()
    }

    @Test("each event names the owner, no address, and the method")
    func audit() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let principal = try await enter()
        _ = try await test.keys.rotate(.user(.id(jane.id)), by: principal)
        let event = try #require(try await test.auditEvents().last)
        #expect(event.actor == AuditParty(test.administrator))
        #expect(event.address == nil)
        #expect(event.fields.contains(AuditField("method", "data folder")))
        _ = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        let usual = try #require(try await test.auditEvents().last)
        #expect(!usual.fields.contains { $0.key == "method" })
    }

    @Test("oneself is the owner as it is, not as the token makes it")
    func oneself() async throws {
        try await shutOutTheOwner()
        let owner = try await test.users.details(.oneself, by: try enter())
        #expect(owner.role == .basic && owner.masks == Masks() && !owner.isEnabled)
    }

    @Test("the rules that protect the directory hold for it, too")
    func rules() async throws {
        let principal = try await enter()
        let owner = UserReference.id(test.administrator.id)
        let last = await failure {
            _ = try await test.users.edit(.user(owner), by: principal) { () throws(MusterError) in
                var changes = UserChanges()
                changes.isEnabled = false
                return changes
            }
        }
        #expect(last?.code == .lastAdministrator)
        let policy = await failure {
            try await test.passwords.change(.user(owner), by: principal) {
                () throws(MusterError) in PasswordChange(new: Secret(""), current: nil)
            }
        }
        #expect(policy?.code == .passwordPolicy)
        let stays = await failure {
            try await test.users.delete(owner, by: principal) { () throws(MusterError) in nil }
        }
        #expect(stays?.code == .userUndeletable)
    }

    @Test("in somebody else's name it is no more than that user")
    func impersonation() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let authenticator = Authenticator(test.directory, localAdminToken: token)
        let principal = try await authenticator.impersonate(jane.username.text, by: try enter())
        let code = await failure { try principal.requireAdministrator() }
        #expect(code?.code == .insufficientScope)
    }
}
