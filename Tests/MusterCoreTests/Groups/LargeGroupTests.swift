import FoundationEssentials
import MusterTesting
import Testing

@testable import MusterCore

@Suite("Groups of many members")
struct LargeGroupTests {
    private let memory = MemoryStore()
    private let store: DistantStore
    private let test: TestDirectory
    private let group: Group

    init() async throws {
        store = DistantStore(memory)
        test = try await TestDirectory(store: store)
        group = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Everybody else", isManagedBySAML: nil)
        }
    }

    /// Puts so many users in of whom nothing but a name is known, the last of them with some masks.
    private func fill(_ count: Int, last: Masks = Masks()) async throws {
        let (id, now) = (group.id, test.clock.now())
        let arrivals = try (1...count).map { number in
            var draft = UserDraft(username: try Username("u\(number)@example.com"))
            if number == count { draft.masks = last }
            return UserInsertion(uuid: UUID(), draft: draft, password: nil)
        }
        try await memory.write { transaction throws(MusterError) in
            for case let user? in try transaction.insertUsers(arrivals, at: now) {
                _ = try transaction.addMember(user, to: id)
            }
        }
        _ = store.takeCalls()
    }

    /// Takes one step, and lists no members in the answer.
    private func revise(_ step: GroupRevision.Step) async throws -> GroupWithMembers {
        let stepping: @Sendable (Group) throws(MusterError) -> GroupRevision = { _ in
            var revision = GroupRevision()
            revision.steps = [step]
            return revision
        }
        return try await test.groups.revise(
            group.uuid,
            by: test.asAdministrator,
            listing: { _ in .nobody },
            stepping
        )
    }

    private func left() async throws -> Int? {
        try await memory.read(.bounded) { [group] reader throws(MusterError) in
            try reader.group(.id(group.id))?.userCount
        }
    }

    @Test("they go in batches when their group is deleted, and few ways are gone for them")
    func deletion() async throws {
        try await fill(MembershipChanges.batch + 1)
        try await test.groups.deleteWithMembers(group.uuid, by: test.asAdministrator) { _ in }
        let calls = store.takeCalls()
        #expect(calls.changes == 3, "a look, a batch, and what is left with the group")
        #expect(calls.trips < MembershipChanges.batch / 10)
        #expect(try await left() == nil)
    }

    @Test("whoever may not take out all of them takes out nobody")
    func power() async throws {
        let bit = Resource.users.bit
        let user = try await test.makeUser("deputy@example.com")
        _ = try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in
            UserChanges {
                $0.readMask = bit
                $0.writeMask = bit
            }
        }
        let deputy = try await test.asUser(try await test.current(user), by: .masks)
        try await fill(MembershipChanges.batch + 1, last: Masks(read: 0, write: 0, liveview: bit))
        let refused = await failure {
            try await test.groups.deleteWithMembers(group.uuid, by: deputy) { _ in }
        }
        #expect(refused?.code == .escalation)
        #expect(try await left() == MembershipChanges.batch + 1)
    }

    @Test("who is named comes and goes some hundred at a time, with few ways for them")
    func named() async throws {
        try await fill(1)
        let now = test.clock.now()
        let count = 1_200
        let arrivals = try (1...count).map { number in
            let draft = UserDraft(username: try Username("n\(number)@example.com"))
            return UserInsertion(uuid: UUID(), draft: draft, password: nil)
        }
        try await memory.write { transaction throws(MusterError) in
            _ = try transaction.insertUsers(arrivals, at: now)
        }
        let uuids = arrivals.map(\.uuid)
        // Whoever is named twice comes once.
        let steps: [GroupRevision.Step] = [
            .add(uuids + [uuids[0]]), .remove(Array(uuids.dropFirst())),
        ]
        for (step, left) in zip(steps, [count + 1, 2]) {
            let changed = try await revise(step)
            #expect(changed.group.userCount == left)
            #expect(store.takeCalls().trips < 40)
        }
        let events = try await test.auditEvents().flatMap(\.fields)
        #expect(events.count { $0.key == "member.added" } == count)
        #expect(events.count { $0.key == "member.removed" } == count - 1)
    }

    @Test("one member more of a large group is as few ways as of a small one")
    func oneMore() async throws {
        var trips: [Int] = []
        for (number, count) in [10, 2 * MembershipChanges.batch + 1].enumerated() {
            try await fill(count)
            let user = try await test.makeUser("one\(number)@example.com")
            _ = store.takeCalls()
            let changed = try await revise(.add([user.uuid]))
            #expect(changed.members == nil && changed.group.userCount > count)
            trips.append(store.takeCalls().trips)
            try await test.groups.setMembership(
                of: .id(user.id),
                in: .id(group.id),
                isMember: false,
                by: test.asAdministrator
            )
            trips.append(store.takeCalls().trips)
        }
        #expect(trips[0] == trips[2] && trips[1] == trips[3], "\(trips)")
    }

    @Test("a user of many groups is as few ways as one of one, shut out and deleted, too")
    func manyGroups() async throws {
        var trips: [[Int]] = []
        for count in [1, 30] {
            let user = try await test.makeUser("of\(count)@example.com")
            for number in 1...count {
                let group = try await test.groups.create(by: test.asAdministrator) {
                    () throws(MusterError) in
                    try GroupDraft(name: "\(number) of \(count)", isManagedBySAML: nil)
                }
                try await test.groups.setMembership(
                    of: .id(user.id),
                    in: .id(group.id),
                    isMember: true,
                    by: test.asAdministrator
                )
            }
            _ = store.takeCalls()
            _ = try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
                () throws(MusterError) in
                UserChanges { $0.isEnabled = false }
            }
            let edited = store.takeCalls().trips
            try await test.users.delete(.id(user.id), by: test.asAdministrator) {
                () throws(MusterError) in nil
            }
            trips.append([edited, store.takeCalls().trips])
        }
        #expect(trips[0] == trips[1], "\(trips)")
    }

    @Test("members whom nobody names go in few steps, and those who are named again stay")
    func replaced() async throws {
        try await fill(300)
        let named = try await memory.read(.bounded) { [group] reader throws(MusterError) in
            try reader.members(of: group.id, after: nil, limit: 300)
        }
        let kept = [named[0], named[100], named[299]].map(\.uuid)
        let replacing: @Sendable (Group) throws(MusterError) -> GroupRevision = { _ in
            var revision = GroupRevision()
            revision.steps = [.replace(kept)]
            return revision
        }
        let revision = try await test.groups.revise(
            group.uuid,
            by: test.asAdministrator,
            listing: { _ in .uuids },
            replacing
        )
        #expect(revision.members == kept)
        #expect(store.takeCalls().trips < 30)
    }
}
