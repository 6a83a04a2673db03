import FoundationEssentials
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Who may do what", .everyStore)
struct AccessRuleTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    /// Calls that administer; each names somebody or something that is not there, and reads its input from
    /// a body that is wrong.
    enum Call: CaseIterable, Sendable {
        case createUser
        case showUser
        case editUser
        case deleteUser
        case unlockUser
        case revokeSessions
        case setAuthorizations
        case changePassword
        case rotateKeys
        case sendVerification
        case verifyPhone
        case configureFactor
        case createGroup
        case showGroup
        case editGroup
        case deleteGroup
        case setMembership
        case auditLog

        /// What is missing; nil if the call names nothing.
        var missing: MusterError.Code? {
            switch self {
            case .createUser, .createGroup, .auditLog: nil
            case .showGroup, .editGroup, .deleteGroup, .setMembership: .groupNotFound
            default: .userNotFound
            }
        }

        /// Whether the call has a body.
        var hasInput: Bool {
            switch self {
            case .showUser, .unlockUser, .revokeSessions, .rotateKeys, .showGroup, .deleteGroup,
                .setMembership:
                false
            default: true
            }
        }
    }

    private func run(
        _ call: Call,
        by principal: Principal,
        on user: User?
    ) async -> MusterError.Code? {
        let reference = UserReference.id(user?.id ?? UserID(rawValue: 99))
        let subject = UserTarget.user(reference)
        let group = GroupReference.id(GroupID(rawValue: user == nil ? 99 : 0))
        return await failure {
            switch call {
            case .createUser: _ = try await test.users.create(by: principal, badInput)
            case .showUser: _ = try await test.users.details(subject, by: principal)
            case .editUser: _ = try await test.users.edit(subject, by: principal, badInput)
            case .deleteUser: try await test.users.delete(reference, by: principal, badInput)
            case .unlockUser: _ = try await test.users.unlock(reference, by: principal)
            case .revokeSessions:
                try await test.sessions.revokeAll(of: reference, by: principal)
            case .setAuthorizations:
                try await test.users.setAuthorizations(of: reference, by: principal, badInput)
            case .changePassword:
                try await test.passwords.change(subject, by: principal, badInput)
            case .rotateKeys: _ = try await test.keys.rotate(subject, by: principal)
            case .sendVerification:
                try await test.secondFactors.sendVerification(to: subject, by: principal, badInput)
            case .verifyPhone:
                try await test.secondFactors.verify(subject, by: principal, badInput)
            case .configureFactor:
                try await test.secondFactors.configure(subject, by: principal, badInput)
            case .createGroup: _ = try await test.groups.create(by: principal, badInput)
            case .showGroup: _ = try await test.groups.details(group, by: principal)
            case .editGroup: _ = try await test.groups.edit(group, by: principal, badInput)
            case .deleteGroup: try await test.groups.delete(group, by: principal)
            case .setMembership:
                try await test.groups.setMembership(
                    of: reference,
                    in: group,
                    isMember: true,
                    by: principal
                )
            case .auditLog: _ = try await test.audit.events(by: principal, badInput)
            }
        }?.code
    }

    private func badInput<Value>() throws(MusterError) -> Value {
        throw MusterError(.inputInvalid, "bad input")
    }

    @Test(
        "below Administrator all is refused before anything is looked at",
        arguments: Call.allCases
    )
    func insufficientScope(_ call: Call) async throws {
        let target = try await test.makeUser("target@example.com")
        for role in Role.allCases where role != .administrator {
            let caller = try await test.asUser(
                try await test.makeUser("r\(role.rawValue)@e.com", role: role)
            )
            #expect(await run(call, by: caller, on: nil) == .insufficientScope, "\(role)")
            #expect(await run(call, by: caller, on: target) == .insufficientScope, "\(role)")
        }
        #expect(test.codes.messages.isEmpty)
    }

    @Test("what is missing is missed before the input is read", arguments: Call.allCases)
    func missing(_ call: Call) async {
        let expected = call.missing ?? .inputInvalid
        #expect(await run(call, by: test.asAdministrator, on: nil) == expected)
    }

    @Test("input is read where all else is right", arguments: Call.allCases.filter(\.hasInput))
    func input(_ call: Call) async throws {
        let target = try await test.makeUser("target@example.com")
        #expect(await run(call, by: test.asAdministrator, on: target) == .inputInvalid)
    }

    @Test("nothing that is refused leaves a record or a change", arguments: Call.allCases)
    func refusalsLeaveNothing(_ call: Call) async throws {
        let target = try await test.makeUser("target@example.com")
        let other = try await test.makeUser("other@example.com")
        let caller = try await test.asUser(other)
        let before = try await test.auditEvents()
        _ = await run(call, by: caller, on: target)
        _ = await run(call, by: test.asAdministrator, on: nil)
        #expect(try await test.auditEvents() == before)
        #expect(try await test.current(target) == target)
    }

    @Test("lists are for Basic and above", arguments: Role.allCases)
    func lists(_ role: Role) async throws {
        let caller = try await test.asUser(try await test.makeUser("jane@example.com", role: role))
        let expected: MusterError.Code? = role == .readOnly ? .insufficientScope : nil
        let users = await failure { try await test.users.page(by: caller) { UserQuery(limit: 10) } }
        #expect(users?.code == expected)
        let groups = await failure { try await test.groups.list(by: caller) }
        #expect(groups?.code == expected)
        if expected != nil { #expect(users?.details["required_role"] == "Basic") }
    }

    @Test("everybody may look at oneself and change name and address", arguments: Role.allCases)
    func oneself(_ role: Role) async throws {
        let user = try await test.makeUser("jane@example.com", role: role)
        let caller = try await test.asUser(user)
        #expect(try await test.users.details(.oneself, by: caller) == user)
        let changed = try await test.users.edit(.oneself, by: caller) { () throws(MusterError) in
            UserChanges { $0.name = "Jane" }
        }
        #expect(changed.name == "Jane")
    }
}
