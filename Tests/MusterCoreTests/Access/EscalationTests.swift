import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Nobody gives away or takes over more than it holds", .everyStore)
struct EscalationTests {
    private static let users = Resource.users.bit
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    /// A user with masks, come in through the dialect that asks for them.
    private func holder(
        _ name: String,
        read: Int64 = 0,
        write: Int64 = 0,
        liveview: Int64 = 0,
        role: Role = .basic
    ) async throws(MusterError) -> Principal {
        var user = try await test.makeUser(name + "@example.com", role: role)
        user.masks = Masks(read: read, write: write, liveview: liveview)
        try await test.overwrite(user)
        return try await test.asUser(user, by: .masks)
    }

    private func edit(
        _ user: User,
        by principal: Principal,
        _ build: (inout UserChanges) -> Void
    ) async -> MusterError.Code? {
        let changes = UserChanges(build)
        return await failure {
            try await test.users.edit(.user(.id(user.id)), by: principal) {
                () throws(MusterError) in changes
            }
        }?.code
    }

    private func create(
        by principal: Principal,
        _ build: (inout UserDraft) -> Void
    ) async -> MusterError.Code? {
        var draft = UserDraft(username: Username(stored: "new"))
        build(&draft)
        return await failure { [draft] in
            try await test.users.create(by: principal) { () throws(MusterError) in
                (draft, TestDirectory.administratorPassword)
            }
        }?.code
    }

    @Test("the role Administrator gives the bits of Users without holding any, and no others")
    func roleGivesUsers() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let administrator = try await holder("role", role: .administrator)
        #expect(await edit(jane, by: administrator) { $0.writeMask = Self.users } == nil)
        #expect(await edit(jane, by: administrator) { $0.readMask = Self.users } == nil)
        let other = await edit(jane, by: administrator) { $0.writeMask = Self.users | 1 }
        #expect(other == .escalation)
    }

    @Test("the write of Users administers, its read looks, and the role Administrator does both")
    func rights() async throws {
        let user = try await test.makeUser("jane@example.com")
        let nobody = try await holder("nobody", read: ~Self.users & .max, write: 1)
        let reader = try await holder("reader", read: Self.users)
        let writer = try await holder("writer", write: Self.users)
        let administrator = try await holder("role", role: .administrator)
        for (principal, looks, administers) in [
            (nobody, false, false), (reader, true, false), (writer, true, true),
            (administrator, true, true),
        ] {
            let looking = await failure {
                try await test.users.look(at: .id(user.id), by: principal)
            }
            #expect((looking == nil) == looks, "\(principal.user.username.text)")
            let refusal = await edit(user, by: principal) { $0.inactivityTimeout = .seconds(1) }
            #expect((refusal == nil) == administers, "\(principal.user.username.text)")
            #expect(refusal == nil || refusal == .insufficientScope)
            let own = await failure {
                try await test.users.look(at: .id(principal.user.id), by: principal)
            }
            #expect(own == nil, "everybody may look at oneself")
        }
    }

    @Test("the masks open nothing in the dialect of roles, whatever they hold")
    func otherAuthority() async throws {
        let writer = try await holder("writer", read: .max, write: .max, liveview: .max)
        let user = try await test.makeUser("jane@example.com")
        let principal = try await test.asUser(writer.user)
        #expect(await edit(user, by: principal) { $0.name = "X" } == .insufficientScope)
    }

    @Test("a bit is given by whoever holds it; a write bit also gives the read")
    func givingBits() async throws {
        let writer = try await holder("writer", read: 0b10, write: Self.users | 1, liveview: 0b100)
        let target = try await holder("target", read: 0b1_0000).user
        #expect(await edit(target, by: writer) { $0.readMask = 0b1_0010 } == nil)
        #expect(await edit(target, by: writer) { $0.readMask = Self.users | 0b1_0001 } == nil)
        #expect(await edit(target, by: writer) { $0.writeMask = 1 } == nil)
        #expect(await edit(target, by: writer) { $0.liveviewMask = 0b100 } == nil)
        #expect(await edit(target, by: writer) { $0.writeMask = 0b11 } == .escalation)
        #expect(await edit(target, by: writer) { $0.liveviewMask = 0b111 } == .escalation)
        #expect(await edit(target, by: writer) { $0.readMask = 0b10_0000 } == .escalation)
        #expect(await edit(writer.user, by: writer) { $0.writeMask = .max } == .escalation)
        let taken = await edit(target, by: writer) { $0.readMask = 0b1_0000 }
        #expect(taken == nil, "bits that one holds may be taken")
        #expect(await edit(target, by: writer) { $0.readMask = 0b11_0000 } == .escalation)
    }

    @Test("nobody takes the bits of a stronger user away, and takes over what is left")
    func takingBits() async throws {
        let writer = try await holder("writer", read: 0b10, write: Self.users)
        let more = try await holder("more", read: 0b111, write: 1, liveview: 1).user
        #expect(await edit(more, by: writer) { $0.readMask = 0b101 } == nil)
        #expect(await edit(more, by: writer) { $0.readMask = 0 } == .escalation)
        #expect(await edit(more, by: writer) { $0.writeMask = 0 } == .escalation)
        #expect(await edit(more, by: writer) { $0.liveviewMask = 0 } == .escalation)
        let password = TestDirectory.administratorPassword
        #expect(await edit(more, by: writer) { $0.password = password } == .escalation)
        let owner = try await holder("role", role: .administrator)
        #expect(await edit(more, by: owner) { $0.readMask = 0 } == nil, "the role is above masks")
    }

    @Test("nobody decides whether, from where and how long a stronger user comes in")
    func shuttingOut() async throws {
        let writer = try await holder("writer", write: Self.users)
        let more = try await holder("more", liveview: 1).user
        let same = try await holder("same", write: Self.users).user
        let hosts = try AllowedNetworks(["192.0.2.0/24"])
        let builds: [(inout UserChanges) -> Void] = [
            { $0.isEnabled = false }, { $0.hosts = hosts }, { $0.inactivityTimeout = .seconds(1) },
            { $0.isAPIPermitted = false }, { $0.isPasswordPermitted = false },
            { $0.role = .readOnly }, { $0.requiresSecondFactorEnrolment = true },
        ]
        for (number, build) in builds.enumerated() {
            #expect(await edit(more, by: writer, build) == .escalation, "number \(number)")
            #expect(await edit(same, by: writer, build) == nil, "number \(number)")
        }
        #expect(try await test.current(more) == more)
        #expect(await edit(more, by: writer) { $0.name = "More" } == nil)
    }

    @Test("a new user has no bits that its maker does not hold")
    func creation() async throws {
        let writer = try await holder("writer", write: Self.users)
        #expect(await create(by: writer) { $0.masks = .all } == .escalation)
        #expect(await create(by: writer) { $0.masks = Masks(write: 1) } == .escalation)
        #expect(await create(by: writer) { $0.masks = Masks(read: Self.users) } == nil)
    }

    @Test("nobody gives a role above the own")
    func givingRoles() async throws {
        let writer = try await holder("writer", write: Self.users)
        let user = try await test.makeUser("jane@example.com")
        #expect(await edit(user, by: writer) { $0.role = .administrator } == .escalation)
        #expect(await edit(writer.user, by: writer) { $0.role = .administrator } == .escalation)
        #expect(await create(by: writer) { $0.role = .administrator } == .escalation)
        // Where no role is asked for it is Basic, which is above the lowest.
        let lowest = try await holder("lowest", write: Self.users, role: .readOnly)
        #expect(await create(by: lowest) { _ in } == .escalation)
        #expect(await create(by: lowest) { $0.role = .readOnly } == nil)
    }

    @Test("a user of a higher role is not changed or deleted")
    func rank() async throws {
        let writer = try await holder("writer", read: .max, write: .max, liveview: .max)
        #expect(await edit(test.administrator, by: writer) { $0.name = "X" } == .escalation)
        let other = try await test.makeUser("other@example.com", role: .standard)
        let refusal = await failure {
            try await test.users.delete(.id(other.id), by: writer) { () throws(MusterError) in nil }
        }
        #expect(refusal?.code == .escalation)
        #expect(try await test.current(other) == other)
    }

    @Test("a password is set only for those who hold no more than the caller")
    func passwords() async throws {
        let writer = try await holder("writer", write: Self.users)
        let more = try await holder("more", liveview: 1).user
        let same = try await holder("same", read: Self.users, write: Self.users).user
        let password = TestDirectory.administratorPassword
        #expect(await edit(more, by: writer) { $0.password = password } == .escalation)
        #expect(await edit(same, by: writer) { $0.password = password } == nil)
        let change = await failure {
            try await test.passwords.change(.user(.id(more.id)), by: writer) {
                () throws(MusterError) in
                PasswordChange(new: password, current: password, owner: .caller)
            }
        }
        #expect(change?.code == .escalation)
    }

    @Test("the write of Users stays with somebody")
    func lastWriter() async throws {
        let owner = test.asMaskAdministrator
        #expect(
            await edit(test.administrator, by: owner) { $0.writeMask = 0 } == .lastAdministrator
        )
        let other = try await holder("other", write: Self.users)
        #expect(await edit(test.administrator, by: owner) { $0.writeMask = 0 } == nil)
        #expect(await edit(other.user, by: other) { $0.writeMask = 0 } == .lastAdministrator)
    }

    @Test("a change is made only on the revision that the caller has seen")
    func revisions() async throws {
        let user = try await test.makeUser("jane@example.com")
        let seen = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.revision()
        }
        func principal(at revision: Int64) -> Principal {
            var origin = TestDirectory.origin()
            origin.condition = RevisionCondition(expected: revision)
            return Principal(
                user: test.administrator,
                method: test.asAdministrator.method,
                origin: origin,
                permissionModel: .masks
            )
        }
        let early = await edit(user, by: principal(at: seen - 1)) { $0.name = "A" }
        #expect(early == .revisionChanged)
        #expect(await edit(user, by: principal(at: seen)) { $0.name = "A" } == nil)
        let late = await edit(user, by: principal(at: seen)) { $0.name = "B" }
        #expect(late == .revisionChanged)
        #expect(try await test.current(user).name == "A")
    }
}
