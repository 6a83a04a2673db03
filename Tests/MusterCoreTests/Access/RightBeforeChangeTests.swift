import MusterCore
import MusterTesting
import Testing

@Suite("A change to which its maker has no right keeps no other waiting")
struct RightBeforeChangeTests {
    @Test("groups: whoever administers nobody is refused before the change begins")
    func groups() async throws {
        let store = DistantStore()
        let test = try await TestDirectory(store: store)
        let user = try await test.makeUser("least@example.com")
        let caller = try await test.asUser(user)
        let group = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
        _ = store.takeCalls()
        for isMember in [true, false] {
            let refusal = await failure {
                try await test.groups.setMembership(
                    of: .id(user.id),
                    in: .id(group.id),
                    isMember: isMember,
                    by: caller
                )
            }
            #expect(refusal?.code == .insufficientScope)
        }
        let refusal = await failure {
            try await test.groups.delete(.id(group.id), by: caller)
        }
        #expect(refusal?.code == .insufficientScope)
        #expect(store.takeCalls().changes == 0)
    }
}
