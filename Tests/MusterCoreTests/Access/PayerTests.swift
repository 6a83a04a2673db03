import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Whose places and turns a call takes", .everyStore)
struct PayerTests {
    @Test("who acts in another's name takes its own, and leaves that other one all of them")
    func acting() async throws {
        let test = try await TestDirectory()
        let jane = try await test.makeUser("jane@example.com")
        let caller = test.asAdministrator
        let acting = try await test.authenticator.impersonate("jane@example.com", by: caller)
        #expect(acting.user.id == jane.id)
        #expect(acting.payer == caller.user.id && caller.payer == caller.user.id)
    }

    @Test("nothing is shared out by the user in whose name a call runs")
    func sharing() throws {
        let pattern = #"(for: |take\(|\.caller\()[^,)\n]*user\.id"#
        #expect(try CoreSources.files(with: pattern, in: "MusterServer").isEmpty)
        let lanes = #"\.caller\([^,)\n]*user\.id"#
        #expect(try CoreSources.files(with: lanes).isEmpty)
        let questions = #"(askedBy: |caller: |let caller = )[^,)\n$]*user\.id"#
        #expect(try CoreSources.files(with: questions).isEmpty)
    }
}
