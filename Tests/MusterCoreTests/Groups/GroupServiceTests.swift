import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Groups", .everyStore)
struct GroupServiceTests {
    private static let everyone = GroupReference.id(GroupID(rawValue: 0))
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    private func create(_ name: String, saml: Bool? = nil) async throws(MusterError) -> Group {
        try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: name, isManagedBySAML: saml)
        }
    }

    private func edit(
        _ reference: GroupReference,
        _ name: String,
        saml: Bool? = nil
    ) async throws(MusterError) -> Group {
        try await test.groups.edit(reference, by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: name, isManagedBySAML: saml)
        }
    }

    private func setMember(
        _ user: User,
        in group: GroupReference,
        _ isMember: Bool
    ) async throws(MusterError) {
        try await test.groups.setMembership(
            of: .id(user.id),
            in: group,
            isMember: isMember,
            by: test.asAdministrator
        )
    }

    @Test("the built-in group comes first, and everybody is in it")
    func builtIn() async throws {
        let group = try await create("Team")
        _ = try await test.makeUser("jane@example.com")
        let groups = try await test.groups.list(by: test.asAdministrator)
        #expect(groups.map(\.name) == ["All Users", "Team"])
        #expect(groups.map(\.userCount) == [2, 0])
        #expect(groups[0].isEveryone && groups[0].uuid == Group.everyoneUUID)
        #expect(!groups[1].isEveryone && groups[1] == group)
        for reference in [Self.everyone, .uuid(Group.everyoneUUID), .name("all users")] {
            let found = try await test.groups.details(reference, by: test.asAdministrator)
            #expect(found.isEveryone && found.userCount == 2)
        }
    }

    @Test(
        "a name that only looks different is taken: case, and how an accent is put together",
        arguments: [
            ("Zo\u{EB}", "Zoe\u{308}"), ("\u{FC}brig", "\u{DC}brig"), ("Team", "TEAM"),
            ("Stra\u{DF}e", "STRA\u{1E9E}E"),
            ("\u{39F}\u{394}\u{39F}\u{3A3}", "\u{3BF}\u{3B4}\u{3BF}\u{3C2}"),
        ]
    )
    func lookalikes(_ name: String, _ other: String) async throws {
        let group = try await create(name)
        let third = try await create("Third")
        #expect(await failure { try await create(other) }?.code == .groupAlreadyExists)
        let found = try await test.groups.details(.name(other), by: test.asAdministrator)
        #expect(found.id == group.id, "what is taken is found")
        let refusal = await failure { try await edit(.id(third.id), other) }
        #expect(refusal?.code == .groupAlreadyExists)
        // One's own name may be written again.
        let renamed = try await edit(.id(group.id), other)
        #expect(Array(renamed.name.utf8) == Array(other.utf8))
    }

    @Test("the built-in group cannot be changed", arguments: [true, false])
    func immutable(_ byUUID: Bool) async throws {
        let reference = byUUID ? GroupReference.uuid(Group.everyoneUUID) : Self.everyone
        let user = try await test.makeUser("jane@example.com")
        let by = test.asAdministrator
        let refusals = [
            await failure { try await edit(reference, "New") },
            await failure { try await test.groups.delete(reference, by: by) },
            await failure { try await setMember(user, in: reference, true) },
            await failure { try await setMember(user, in: reference, false) },
        ]
        #expect(refusals.map { $0?.code } == Array(repeating: .groupImmutable, count: 4))
    }

    @Test("a taken name is refused, and the built-in group's is always taken")
    func takenNames() async throws {
        _ = try await create("Team")
        let other = try await create("Other")
        for name in ["Team", "tEAM", "All Users", "ALL USERS"] {
            let creation = await failure { try await create(name) }
            #expect(creation?.code == .groupAlreadyExists, "\(name)")
            let renaming = await failure { try await edit(.id(other.id), name) }
            #expect(renaming?.code == .groupAlreadyExists, "\(name)")
            #expect(renaming?.message == "Duplicate Group name")
        }
        #expect(
            try await edit(.id(other.id), "OTHER").name == "OTHER",
            "its own name is free to it"
        )
    }

    @Test("single sign-on's mark stays where nobody speaks of it")
    func managedBySAML() async throws {
        let group = try await create("Team", saml: true)
        #expect(group.isManagedBySAML == true)
        #expect(try await edit(.id(group.id), "New").isManagedBySAML == true)
        #expect(try await edit(.id(group.id), "New", saml: false).isManagedBySAML == false)
    }

    @Test("a group with members is not deleted, and the refusal says which")
    func notEmpty() async throws {
        let group = try await create("Team")
        let user = try await test.makeUser("jane@example.com")
        try await setMember(user, in: .uuid(group.uuid), true)
        let refusal = await failure {
            try await test.groups.delete(.id(group.id), by: test.asAdministrator)
        }
        #expect(refusal?.code == .groupNotEmpty)
        let container = test.directory.identity.uuid.text
        let sentence =
            "Cannot delete Group[UUID=\(group.uuid.text), accountUUID=\(container)] that still has "
            + "Users associated with it."
        #expect(refusal?.message == sentence)
        try await test.users.delete(.id(user.id), by: test.asAdministrator) {
            () throws(MusterError) in nil
        }
        try await test.groups.delete(.id(group.id), by: test.asAdministrator)
        #expect(try await test.groups.list(by: test.asAdministrator).count == 1)
    }

    @Test("a user shows the groups it is in")
    func membership() async throws {
        let group = try await create("Team")
        let user = try await test.makeUser("jane@example.com")
        try await setMember(user, in: .id(group.id), true)
        let member = try await test.current(user)
        #expect(member.groups == [group.uuid])
        #expect(try await groups(of: member).map(\.name) == ["Team"])
        try await setMember(user, in: .id(group.id), false)
        #expect(try await test.current(user).groups.isEmpty)
        #expect(try await groups(of: user).isEmpty)
    }

    private func groups(of user: User) async throws -> [Group] {
        try await test.directory.store.read(.bounded) { [test] reader throws(MusterError) in
            try test.groups.groups(of: user, in: reader)
        }
    }

    @Test("an unknown user is missed before the built-in group is protected")
    func unknownMember() async {
        let refusal = await failure {
            try await test.groups.setMembership(
                of: .id(UserID(rawValue: 99)),
                in: Self.everyone,
                isMember: true,
                by: test.asAdministrator
            )
        }
        #expect(refusal?.code == .userNotFound)
    }

    @Test(
        "a name has 1 to 255 characters, at most 1020 bytes and no control characters",
        arguments: [
            ("a", true), (String(repeating: "\u{E9}", count: 255), true), ("a b/c'd\"e<f>", true),
            (" ", true), ("", false), (String(repeating: "a", count: 256), false), ("a\nb", false),
            ("a\0b", false), ("a\u{7F}", false), ("a\u{9B}", false),
            (String(repeating: "\u{1F600}", count: 255), true),
            ("e" + String(repeating: "\u{301}", count: 509), true),
            ("e" + String(repeating: "\u{301}", count: 510), false),
            ("e" + String(repeating: "\u{301}", count: 100_000), false),
        ]
    )
    func names(_ name: String, _ isGood: Bool) async {
        let refusal = await failure { try GroupDraft(name: name, isManagedBySAML: nil) }
        #expect((refusal == nil) == isGood)
        #expect(refusal?.details["field"] == (isGood ? nil : "name"))
    }
}
