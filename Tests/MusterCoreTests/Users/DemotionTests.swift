import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Who loses the role Administrator", .everyStore)
struct DemotionTests {
    private static let users = Resource.users.bit
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    private func administrator(_ masks: Masks) async throws -> User {
        var user = try await test.makeUser("second@example.com", role: .administrator)
        user.masks = masks
        try await test.overwrite(user)
        return try await test.current(user)
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

    @Test(
        "loses the bits of Users with it, in one change and one record, and keeps all others",
        arguments: [Role.readOnly, .basic, .scanManager]
    )
    func demotion(_ role: Role) async throws {
        let user = try await administrator(.all)
        let events = try await test.auditEvents().count
        let after = try await edit(user) { $0.role = role }
        let rest = Int64.max & ~Self.users
        #expect(after.masks == Masks(read: rest, write: rest, liveview: rest))
        #expect(after.administratorRights.isEmpty)
        let event = try #require(try await test.auditEvents().last)
        #expect(try await test.auditEvents().count == events + 1)
        #expect(event.fields.map(\.key) == ["permissions", "readbm", "writebm", "lviewbm"])
    }

    @Test("keeps the bits that the same change gives by name")
    func explicit() async throws {
        let user = try await administrator(.all)
        let after = try await edit(user) {
            $0.role = .basic
            $0.writeMask = Self.users
        }
        #expect(after.masks.write == Self.users && after.masks.read & Self.users == 0)
        #expect(after.administratorRights == [.masks])
    }

    @Test("who never had the role keeps its bits when its role changes")
    func others() async throws {
        let user = try await test.makeUser("mask@example.com", role: .standard)
        _ = try await edit(user) { $0.writeMask = Self.users }
        let after = try await edit(user) { $0.role = .readOnly }
        #expect(after.masks.write == Self.users)
        #expect(after.administratorRights == [.masks])
    }

    @Test("the first administrator can be demoted once another one is there, who needs no bits")
    func first() async throws {
        _ = try await administrator(Masks())
        let first = try await test.current(test.asAdministrator.user)
        let after = try await edit(first) { $0.role = .basic }
        #expect(after.administratorRights.isEmpty)
    }

    @Test("another administrator who has no way in does not count")
    func ghost() async throws {
        let ghost = try await test.users.create(by: test.asAdministrator) {
            () throws(MusterError) in
            (
                UserDraft(username: try Username("ghost@example.com"), role: .administrator),
                Secret<String>?.none
            )
        }
        #expect(ghost.administratorRights == [.role])
        let first = try await test.current(test.asAdministrator.user)
        let refusal = await failure { try await edit(first) { $0.role = .basic } }
        #expect(refusal?.code == .lastAdministrator)
        #expect(try await test.current(first) == first)
    }
}
