import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Every change is one record", .everyStore)
struct AuditedChangeTests {
    private let store: FaultyStore
    private let test: TestDirectory
    private let user: User
    private let group: Group

    init() async throws {
        store = try FaultyStore()
        test = try await TestDirectory(store: store)
        user = try await test.makeUser("jane@example.com")
        group = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
    }

    /// Changes, and what their record says.
    enum Change: CaseIterable, Sendable {
        case createUser
        case rename
        case promote
        case disable
        case deleteUser
        case forbidAPIKeys
        case resetPassword
        case replaceKeys
        case configureFactor
        case createGroup
        case renameGroup
        case deleteGroup
        case addMember

        var action: AuditAction {
            switch self {
            case .createUser: .userCreate
            case .deleteUser: .userDelete
            case .createGroup: .groupCreate
            case .deleteGroup: .groupDelete
            case .renameGroup, .addMember: .groupUpdate
            default: .userUpdate
            }
        }

        var fields: [AuditField] {
            switch self {
            case .createUser: [AuditField("permissions", "16")]
            case .rename: [AuditField("name", "Jane"), AuditField("email", "j@example.org")]
            case .promote: [AuditField("permissions", "40")]
            case .disable: [AuditField("enabled", "false")]
            case .forbidAPIKeys: [AuditField("api_permitted", "false")]
            case .resetPassword: [AuditField("password", "changed")]
            case .replaceKeys: [AuditField("api_keys", "replaced")]
            case .configureFactor:
                [AuditField("two_factor.email", "true"), AuditField("two_factor.sms", "false")]
            case .renameGroup: [AuditField("name", "New")]
            case .addMember: [AuditField("member.added", "jane@example.com")]
            case .deleteUser, .deleteGroup: []
            case .createGroup: [AuditField("managed_by_saml", "true")]
            }
        }

        var target: String {
            switch self {
            case .createUser: "new@example.com"
            case .createGroup: "Other"
            case .renameGroup, .deleteGroup, .addMember: "Team"
            default: "jane@example.com"
            }
        }
    }

    private func make(_ change: Change) async throws(MusterError) {
        let (by, subject) = (test.asAdministrator, UserTarget.user(.id(user.id)))
        switch change {
        case .createUser: _ = try await test.makeUser("new@example.com")
        case .rename:
            try await edit {
                $0.name = "Jane"
                $0.email = "j@example.org"
            }
        case .promote: try await edit { $0.role = .scanManager }
        case .disable: try await edit { $0.isEnabled = false }
        case .deleteUser:
            try await test.users.delete(.id(user.id), by: by) { () throws(MusterError) in nil }
        case .forbidAPIKeys:
            try await test.users.setAuthorizations(of: .id(user.id), by: by) {
                () throws(MusterError) in UserChanges(Authorizations(api: false))
            }
        case .resetPassword:
            try await test.passwords.change(subject, by: by) { () throws(MusterError) in
                PasswordChange(new: TestDirectory.administratorPassword, current: nil)
            }
        case .replaceKeys: _ = try await test.keys.rotate(subject, by: by)
        case .configureFactor:
            try await test.secondFactors.configure(subject, by: by) { () throws(MusterError) in
                SecondFactorSettings(isEmailEnabled: true, isSMSEnabled: false, phone: nil)
            }
        case .createGroup:
            _ = try await test.groups.create(by: by) { () throws(MusterError) in
                try GroupDraft(name: "Other", isManagedBySAML: true)
            }
        case .renameGroup:
            _ = try await test.groups.edit(.id(group.id), by: by) { () throws(MusterError) in
                try GroupDraft(name: "New", isManagedBySAML: nil)
            }
        case .deleteGroup: try await test.groups.delete(.id(group.id), by: by)
        case .addMember:
            try await test.groups.setMembership(
                of: .id(user.id),
                in: .id(group.id),
                isMember: true,
                by: by
            )
        }
    }

    private func edit(_ build: (inout UserChanges) -> Void) async throws(MusterError) {
        let changes = UserChanges(build)
        _ = try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in changes
        }
    }

    @Test("it says who, from where, whom, what and when", arguments: Change.allCases)
    func records(_ change: Change) async throws {
        test.clock.advance(by: .seconds(5))
        let before = try await test.auditEvents().count
        try await make(change)
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.count == 1)
        let event = try #require(events.first)
        #expect(event.action == change.action && !event.isFailure)
        #expect(event.fields == change.fields)
        #expect(event.target?.name == change.target)
        let isGroup = change.action.rawValue.hasPrefix("group.")
        #expect(event.target?.kind == (isGroup ? .group : .user))
        #expect(event.actor == AuditParty(test.administrator) && event.impersonated == nil)
        #expect(event.address == "192.0.2.1" && event.requestID == TestDirectory.requestID)
        #expect(event.at == test.clock.now())
        #expect(Hex.isHex(event.id, count: 32))
    }

    @Test("where nothing changes there is no record", arguments: Change.allCases)
    func unchanged(_ change: Change) async throws {
        switch change {
        case .rename, .promote, .disable, .forbidAPIKeys, .configureFactor, .renameGroup,
            .addMember:
            try await make(change)
            let before = try await test.auditEvents()
            try await make(change)
            #expect(try await test.auditEvents() == before)
        default:
            // The others change something each time, or cannot be repeated.
            return
        }
    }

    @Test("a change that the store refuses leaves no record", arguments: Change.allCases)
    func failedStore(_ change: Change) async throws {
        let before = try await test.auditEvents()
        store.failWrites(1)
        let refusal = await failure { try await make(change) }
        #expect(refusal?.code == .storeUnavailable)
        #expect(try await test.auditEvents() == before)
        #expect(try await test.current(user) == user)
    }

    @Test("the creation of the directory is the first record")
    func initialisation() async throws {
        let first = try #require(try await test.auditEvents().first)
        #expect(first.action == .userCreate && first.actor == nil && first.address == nil)
        #expect(first.target == AuditParty(test.administrator))
    }
}
