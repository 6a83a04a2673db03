import FoundationEssentials
import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Large groups that are deleted where they are as somebody has seen them", .everyStore)
struct LargeGroupConditionTests {
    private let store: FaultyStore
    private let test: TestDirectory
    private let group: Group

    /// More members than go in one change, and more than are left for the last.
    private static let count = MembershipChanges.batch * 2 + 1

    init() async throws {
        store = try FaultyStore()
        test = try await TestDirectory(store: store)
        let empty = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in
            try GroupDraft(name: "Everybody else", isManagedBySAML: nil)
        }
        let (id, now) = (empty.id, test.clock.now())
        let arrivals = try (1...Self.count).map { number in
            let draft = UserDraft(username: try Username("u\(number)@example.com"))
            return UserInsertion(uuid: UUID(), draft: draft, password: nil)
        }
        try await store.write { transaction throws(MusterError) in
            for case let user? in try transaction.insertUsers(arrivals, at: now) {
                _ = try transaction.addMember(user, to: id)
            }
        }
        group = try await store.read(.bounded) { reader throws(MusterError) in
            try reader.existingGroup(.id(id))
        }
    }

    /// Deletes the group if it is what was seen, as a front does with `If-Match`.
    private func deleteSeen() async -> MusterError? {
        await failure {
            try await test.groups.deleteWithMembers(group.uuid, by: test.asAdministrator) {
                [group] found throws(MusterError) in
                guard found == group else { throw MusterError(.revisionChanged, "It changed.") }
            }
        }
    }

    /// Somebody else's change, before a change of the deletion's: 0 is its first look, 1 its first batch, 2 the next.
    private func rename(before change: Int) {
        store.before(change: change) { [test, group] in
            _ = try? await test.groups.edit(.id(group.id), by: test.asAdministrator) {
                () throws(MusterError) in
                try GroupDraft(name: "Who else", isManagedBySAML: nil)
            }
        }
    }

    private func left() async throws -> Group? {
        try await store.read(.bounded) { [group] reader throws(MusterError) in
            try reader.group(.id(group.id))
        }
    }

    @Test("what the deletion itself does to the group keeps it from nothing")
    func own() async throws {
        #expect(await deleteSeen() == nil)
        #expect(try await left() == nil)
    }

    @Test("what others make of it between two batches is refused, with what was done before")
    func others() async throws {
        rename(before: 2)
        let refused = await deleteSeen()
        #expect(refused?.code == .revisionChanged)
        let gone = MembershipChanges.batch
        #expect(
            refused?.message
                == "It changed. The group was being deleted, and was changed meanwhile: "
                + "\(gone) of its members are out of it already."
        )
        let rest = try await left()
        #expect(rest?.name == "Who else" && rest?.userCount == Self.count - gone)
    }

    @Test("what others make of it before the first batch is refused, and nobody is out")
    func early() async throws {
        rename(before: 1)
        #expect(await deleteSeen()?.message == "It changed.")
        #expect(try await left()?.userCount == Self.count)
    }

    @Test("what others make of it before the last change is refused, too")
    func late() async throws {
        rename(before: 3)
        #expect(await deleteSeen()?.code == .revisionChanged)
        #expect(try await left()?.userCount == 1)
    }

    @Test("whoever deletes it whatever it is does so, whatever others do meanwhile")
    func unconditional() async throws {
        rename(before: 2)
        try await test.groups.deleteWithMembers(group.uuid, by: test.asAdministrator) { _ in }
        #expect(try await left() == nil)
    }
}
