import HTTPTypes
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

/// What each call that changes something asks a store that is far away, beside the change itself.
@Suite("A change looks at nothing before it, but for what is hashed", .timeLimit(.minutes(2)))
struct ChangeBudgetTests {
    /// Calls for which a password is hashed or compared, or a code is sent, which is done outside of any transaction; and
    /// how many snapshots and changes those may take, the caller's admission among them.
    static let longer: [String: (reads: Int, changes: Int)] = [
        "DELETE /muster/v1/factors/:id": (reads: 3, changes: 1),
        "POST /activelogic/v1/authenticate": (reads: 4, changes: 1),
        "POST /muster/v1/authenticate": (reads: 4, changes: 1),
        "POST /muster/v1/factors/recovery": (reads: 3, changes: 1),
        "POST /muster/v1/factors/totp": (reads: 3, changes: 1),
        "POST /muster/v1/factors/webauthn/options": (reads: 3, changes: 1),
        "POST /muster/v1/radius": (reads: 3, changes: 1),
        "POST /muster/v1/users/:ref/two-factor/send-verification": (reads: 3, changes: 1),
        "POST /muster/v1/users/import": (reads: 2, changes: 1),
        "POST /session/two-factor/send-verification": (reads: 4, changes: 1),
        "POST /users/:id/two-factor/send-verification": (reads: 2, changes: 1),
        "PUT /activelogic/v1/users/:id/password": (reads: 4, changes: 1),
        "PUT /activelogic/v1/users/by-name/:name/password": (reads: 4, changes: 1),
        "PUT /muster/v1/users/:ref/password": (reads: 2, changes: 1),
        "PUT /session/chpasswd": (reads: 4, changes: 1),
        "PUT /session/two-factor": (reads: 4, changes: 1),
        "PUT /users/:id/chpasswd": (reads: 2, changes: 1),
    ]

    @Test("one snapshot lets the caller in, and one change is made", arguments: ChangingRoute.all)
    func change(_ route: ChangingRoute) async throws {
        let prepared = try await RightsScene(WayOfLoss(method: .session, loss: .disabled))
        let store = DistantStore(prepared.store)
        let scene = RightsScene(prepared, on: store)
        let answer = try await scene.send(route)
        #expect(answer.status.kind == .successful, "\(answer)")
        let calls = store.takeCalls()
        let most = ChangeBudgetTests.longer[route.name] ?? (reads: 1, changes: 1)
        #expect(calls.reads <= most.reads && calls.changes <= most.changes, "\(calls)")
    }
}
