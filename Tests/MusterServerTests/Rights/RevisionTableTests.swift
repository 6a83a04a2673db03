import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Every call that changes a user obeys If-Match", .everyStore)
struct RevisionTableTests {
    private static let rows = ChangingRoute.all.filter(\.isRevised)

    private func scene(_ route: ChangingRoute) async throws -> RightsScene {
        try await RightsScene(WayOfLoss(method: .session, loss: .disabled))
    }

    @Test("an outdated revision is 412 and nothing is changed", arguments: rows)
    func outdated(_ route: ChangingRoute) async throws {
        let scene = try await scene(route)
        let present = try await Revision.present(in: scene.test.directory)
        let before = try await scene.store.contents()
        let fields: HTTPFields = [.ifMatch: Revision.tag(present - 1)]
        let answer = try await scene.send(route, more: fields)
        #expect(answer.status == .preconditionFailed, "\(answer)")
        #expect(try await scene.store.contents() == before)
    }

    @Test("a user changed while the body arrives makes the revision outdated", arguments: rows)
    func meanwhile(_ route: ChangingRoute) async throws {
        let scene = try await scene(route)
        let present = try await Revision.present(in: scene.test.directory)
        let fields: HTTPFields = [.ifMatch: Revision.tag(present)]
        let answer = try await scene.send(route, more: fields) {
            scene.store.beforeNextChange {
                _ = try? await scene.test.makeUser("meanwhile@example.com")
            }
        }
        #expect(answer.status == .preconditionFailed, "\(answer)")
        #expect(try await scene.test.current(scene.jane).name == nil)
    }

    @Test("the present revision lets the change be made", arguments: rows)
    func present(_ route: ChangingRoute) async throws {
        let scene = try await scene(route)
        let before = try await scene.store.contents()
        let present = try await Revision.present(in: scene.test.directory)
        let answer = try await scene.send(route, more: [.ifMatch: Revision.tag(present)])
        #expect(answer.status.kind == .successful, "\(answer)")
        #expect(try await scene.store.contents() != before)
    }
}
