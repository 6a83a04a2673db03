import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Testing

@testable import MusterServer

@Suite("The right is judged where the change is made", .everyStore)
struct LostRightTests {
    /// Enough to show that the moment, and not the way, makes no difference.
    private static let few = WayOfLoss.all.filter { way in
        switch way.method {
        case .keys: [.disabled, .demoted, .masksTaken].contains(way.loss)
        case .session: [.revoked, .hostsMoved].contains(way.loss)
        case .impersonation: [.demoted, .otherDisabled].contains(way.loss)
        }
    }

    @Test("every route that is no GET has its row in the table of changes")
    func complete() async throws {
        let test = try await TestDirectory()
        let routes = MusterApplication.routes(
            test.directory,
            ServerConfiguration(host: "localhost", port: 0, version: "1.2.3"),
            PeerAddress(trustedProxies: AllowedNetworks())
        )
        let changing = routes.filter { $0.method != .get }.map { "\($0.method) \($0.path)" }
        let rows = ChangingRoute.all.map(\.name)
        #expect(Set(changing) == Set(rows).union(ChangingRoute.exempt))
        #expect(Set(rows).count == rows.count)
    }

    @Test("a caller who keeps its right makes the change", arguments: ChangingRoute.all)
    func kept(_ route: ChangingRoute) async throws {
        for way in Self.few where way.hits(route) {
            let scene = try await RightsScene(way)
            let before = try await scene.store.contents()
            let answer = try await scene.send(route)
            #expect(answer.status.kind == .successful, "\(way.name): \(answer)")
            #expect(!answer.text.contains(#""done":false"#), "\(way.name): \(answer)")
            #expect(try await scene.store.contents() != before, "\(way.name)")
        }
    }

    @Test(
        "a caller who loses its right before its body has come changes nothing",
        arguments: ChangingRoute.all
    )
    func beforeTheBody(_ route: ChangingRoute) async throws {
        // The rule is the same wherever the directory is kept.
        let ways = StoreKind.current == .memory ? WayOfLoss.all : Self.few
        for way in ways where way.hits(route) {
            let scene = try await RightsScene(way)
            let moment = Moment()
            let answer = try await scene.send(route) { await moment.lose(way, in: scene) }
            try await expectRefusal(answer, route, way, scene, moment)
        }
    }

    @Test(
        "a caller who loses its right while its body is 400 s on its way changes nothing",
        arguments: ChangingRoute.all
    )
    func longBeforeTheBody(_ route: ChangingRoute) async throws {
        for way in Self.few where way.hits(route) {
            let scene = try await RightsScene(way)
            let moment = Moment()
            let answer = try await scene.send(route) {
                scene.test.clock.advance(by: .seconds(200))
                await moment.lose(way, in: scene)
                scene.test.clock.advance(by: .seconds(200))
            }
            try await expectRefusal(answer, route, way, scene, moment)
        }
    }

    @Test(
        "a caller who loses its right just before the change is made changes nothing",
        arguments: ChangingRoute.all
    )
    func beforeTheChange(_ route: ChangingRoute) async throws {
        for way in Self.few where way.hits(route) {
            let scene = try await RightsScene(way)
            let moment = Moment()
            let answer = try await scene.send(route) {
                scene.store.beforeNextChange { await moment.lose(way, in: scene) }
            }
            try await expectRefusal(answer, route, way, scene, moment)
        }
    }

    @Test(
        "a caller who has lost its right is not told who is there",
        arguments: ChangingRoute.all.filter { $0.path.contains("jane") }
    )
    func whoIsThere(_ route: ChangingRoute) async throws {
        for way in Self.few where way.hits(route) {
            var answers: [HTTPResponse.Status] = []
            for isThere in [true, false] {
                let scene = try await RightsScene(way)
                let id = isThere ? "\(scene.jane.id.rawValue)" : "999999"
                let name = isThere ? "jane@example.com" : "nobody@example.com"
                let group = scene.word("{full}")
                let uuid = isThere ? scene.jane.uuid.text : "00000000-0000-4000-8000-000000000000"
                let path = route.path.replacing("{jane}", with: id)
                    .replacing("{jane uuid}", with: uuid)
                    .replacing("jane@example.com", with: name)
                    .replacing("{empty}", with: group).replacing("{full}", with: group)
                let body = ArrivingBody([
                    {
                        await Moment().lose(way, in: scene)
                        return ByteBuffer(string: route.body)
                    }
                ])
                answers.append(try await scene.send(route.method, path, [:], body).status)
            }
            #expect(answers[0] == answers[1], "\(way.name)")
            #expect([.unauthorized, .forbidden].contains(answers[1]), "\(way.name)")
        }
    }

    private func expectRefusal(
        _ answer: (status: HTTPResponse.Status, text: String),
        _ route: ChangingRoute,
        _ way: WayOfLoss,
        _ scene: RightsScene,
        _ moment: Moment
    ) async throws {
        let isRefused =
            switch route.pattern {
            // An import has begun to answer; its last line says how it ended.
            case "/muster/v1/users/import":
                answer.status == .ok && answer.text.contains(#""done":false,"created":0,"#)
            // Each operation has an answer of its own.
            case "/scim/v2/Bulk" where answer.status == .ok:
                [#""status":"401""#, #""status":"403""#].contains { answer.text.contains($0) }
            default: [.unauthorized, .forbidden].contains(answer.status)
            }
        #expect(isRefused, "\(way.name): \(answer)")
        let contents = try #require(await moment.contents, "\(way.name): the moment did not come")
        #expect(try await scene.store.contents() == contents, "\(way.name)")
        let made = await failure {
            try await scene.test.users.look(
                at: .username("new@example.com"),
                by: scene.test.asAdministrator
            )
        }
        #expect(made?.code == .userNotFound, "\(way.name)")
    }
}
