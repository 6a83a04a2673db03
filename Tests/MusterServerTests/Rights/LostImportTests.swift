import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import Testing

@testable import MusterServer

@Suite("An import ends when its caller's right does")
struct LostImportTests {
    private static let path = "/muster/v1/users/import"

    /// Lines for users of whom each has a name that begins so.
    private static func lines(_ prefix: String, _ count: Int) -> ByteBuffer {
        ByteBuffer(string: (0..<count).map { "{\"username\":\"\(prefix)\($0)\"}\n" }.joined())
    }

    private static func names(_ scene: RightsScene, _ prefix: String) async throws -> Int {
        try await scene.test.directory.store.read(.bounded) { reader throws(MusterError) in
            var query = UserQuery(limit: 100)
            query.prefix = prefix
            return try reader.userCount(query)
        }
    }

    @Test("what comes after the right was lost is not written", arguments: WayOfLoss.all)
    func between(_ way: WayOfLoss) async throws {
        try await expectEnd(way, "on_error=continue")
    }

    @Test(
        "so it is however the import goes",
        arguments: ["on_error=stop", "on_error=continue&mode=upsert", "dry_run=true"]
    )
    func modes(_ query: String) async throws {
        try await expectEnd(WayOfLoss(method: .session, loss: .revoked), query)
        try await expectEnd(WayOfLoss(method: .keys, loss: .demoted), query)
    }

    private func expectEnd(_ way: WayOfLoss, _ query: String) async throws {
        let scene = try await RightsScene(way)
        let moment = Moment()
        // The first lines fill a batch, and more than the lines that are checked ahead.
        let body = ArrivingBody([
            { Self.lines("early", ImportService.batchSize + 4096) },
            {
                await moment.lose(way, in: scene, keepsContents: false)
                return Self.lines("late", 1024)
            },
        ])
        let fields: HTTPFields = [.contentType: "application/x-ndjson"]
        let answer = try await scene.send(.post, Self.path + "?" + query, fields, body)
        #expect(answer.status == .ok)
        let last = try #require(answer.text.split(separator: "\n").last)
        #expect(last.contains(#""done":false"#), "\(last.prefix(200))")
        #expect(try await Self.names(scene, "late") == 0)
        let early = try await Self.names(scene, "early")
        #expect(early < ImportService.batchSize + 4096, "\(early) lines were written")
        if query == "on_error=stop" || query == "dry_run=true" { #expect(early == 0) }
    }

    @Test("an import whose caller keeps its right is written")
    func control() async throws {
        let scene = try await RightsScene(WayOfLoss(method: .keys, loss: .disabled))
        let body = ArrivingBody([{ Self.lines("early", 10) }, { Self.lines("late", 10) }])
        let fields: HTTPFields = [.contentType: "application/x-ndjson"]
        let answer = try await scene.send(.post, Self.path, fields, body)
        #expect(answer.text.contains(#""done":true,"created":20"#))
        #expect(try await Self.names(scene, "late") == 10)
    }

    @Test("an import that names a revision is refused, since it changes users many times")
    func revision() async throws {
        let scene = try await RightsScene(WayOfLoss(method: .keys, loss: .disabled))
        let fields: HTTPFields = [.contentType: "application/x-ndjson", .ifMatch: "\"1\""]
        let body = ArrivingBody([{ Self.lines("early", 1) }])
        let answer = try await scene.send(.post, Self.path, fields, body)
        #expect(answer.status == .badRequest && answer.text.contains("If-Match"))
        #expect(try await Self.names(scene, "early") == 0)
    }
}
