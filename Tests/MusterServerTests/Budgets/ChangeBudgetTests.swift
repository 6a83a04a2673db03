import HTTPTypes
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

/// What each call that changes something asks a store that is far away.
@Suite(
    "A change looks at nothing before it, but for what is hashed, and asks as seldom as the table says",
    .timeLimit(.minutes(10))
)
struct ChangeBudgetTests {
    @Test("one snapshot lets the caller in, and one change is made", arguments: ChangingRoute.all)
    func change(_ route: ChangingRoute) async throws {
        let memory = MemoryStore()
        let prepared = try await RightsScene(
            WayOfLoss(method: .session, loss: .disabled),
            in: FaultyStore(memory)
        )
        let store = DistantStore(memory)
        let scene = RightsScene(prepared, on: store)
        let answer = try await scene.send(route)
        #expect(answer.status.kind == .successful, "\(answer)")
        let calls = store.takeCalls()
        let most = ChangeBudgets.longer[route.name] ?? (reads: 1, changes: 1)
        #expect(calls.reads <= most.reads && calls.changes <= most.changes, "\(calls)")
        #expect(calls.trips <= ChangeBudgets.trips[route.name] ?? 0, "\(calls)")
    }

    @Test("each route that changes something has its row, and no other has")
    func rows() {
        let names = Set(ChangingRoute.all.map(\.name))
        #expect(Set(ChangeBudgets.trips.keys) == names)
        #expect(Set(ChangeBudgets.longer.keys).isSubset(of: names))
    }
}
