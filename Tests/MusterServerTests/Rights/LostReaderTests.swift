import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("A list ends when its reader's right does", .everyStore)
struct LostReaderTests {
    /// Lists of any length, and exports: these are answered batch by batch.
    private static let lists = [
        "/users", "/groups/0/users", "/activelogic/v1/users", "/muster/v1/users",
        "/muster/v1/users/export?hashes=true", "/muster/v1/users/export",
    ]

    /// Paths of GET that answer from one look at the store; of SCIM's searches those that go through everybody take several
    /// (`PersonSearchTests`).
    private static let single: Set<String> = [
        "/users/:id", "/users/:id/authorizations", "/session", "/groups", "/openapi.yaml",
        "/access-control/v1/roles", "/access-control/v1/users/:id/roles", "/audit-log/v1/events",
        "/server/status", "/server/properties", "/healthz", "/readyz", "/activelogic/v1/users/:id",
        "/activelogic/v1/users/by-name/:name", "/activelogic/v1/users/:id/keys",
        "/activelogic/v1/users/by-name/:name/keys", "/activelogic/v1/permissions",
        "/activelogic/v1/sessions",
        "/muster/v1/factors",
        "/muster/v1/users/:ref/factors", "/muster/v1/logins/:handle/webauthn",
        "/muster/v1/users/:ref", "/muster/v1/sessions", "/muster/v1/account",
        "/muster/v1/users/:ref/ssh-keys", "/muster/v1/groups", "/muster/v1/groups/:group",
        "/muster/v1/audit/events", "/muster/v1/masks", "/muster/v1/server/status",
        "/muster/v1/server/properties", "/scim/v2/ServiceProviderConfig",
        "/scim/v2/ResourceTypes", "/scim/v2/ResourceTypes/:id", "/scim/v2/Schemas",
        "/scim/v2/Schemas/:id", "/scim/v2/Users", "/scim/v2/Users/:id", "/scim/v2/Groups",
        "/scim/v2/Groups/:id", "/scim/v2/Me",
    ]

    private static let batched: Set<String> = [
        "/users", "/groups/:gid/users", "/activelogic/v1/users", "/muster/v1/users",
        "/muster/v1/users/export",
    ]

    private func seed(_ scene: RightsScene, _ names: [String]) async throws {
        let (random, now) = (scene.test.directory.random, scene.test.clock.now())
        let arrivals = names.map { name in
            UserInsertion(
                uuid: .random(from: random),
                draft: UserDraft(username: Username(stored: name))
            )
        }
        _ = try await scene.store.write { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: now)
        }
    }

    /// Reads a list to its end; after its first piece `meanwhile` happens and a user is made.
    private func read(
        _ path: String,
        _ scene: RightsScene,
        _ meanwhile: @escaping @Sendable () async -> Void
    ) async throws -> (text: String, isWhole: Bool) {
        try await seed(scene, (0..<ExportService.batchSize).map { "user\($0)" })
        let response = try await scene.get(path)
        #expect(response.status == .ok)
        let pieces = ListPieces {
            await meanwhile()
            try await seed(scene, ["late"])
        }
        do {
            try await response.body.write(pieces)
            return (pieces.text, true)
        } catch let error as MusterError {
            #expect(
                [
                    .credentialsInvalid, .insufficientScope, .sessionExpired,
                    .impersonationRefused,
                ].contains(error.code),
                "\(error)"
            )
            return (pieces.text, false)
        }
    }

    @Test("every route of GET is known as a list or as one look")
    func complete() async throws {
        let test = try await TestDirectory()
        let routes = MusterApplication.routes(
            test.directory,
            ServerConfiguration(host: "localhost", port: 0, version: "1.2.3"),
            PeerAddress(trustedProxies: AllowedNetworks())
        )
        let reading = Set(routes.filter { $0.method == .get }.map(\.path))
        #expect(reading == Self.single.union(Self.batched))
    }

    @Test("a reader who keeps its right also sees who was made meanwhile", arguments: lists)
    func kept(_ path: String) async throws {
        let scene = try await RightsScene(WayOfLoss(method: .keys, loss: .disabled))
        let (text, isWhole) = try await read(path, scene) {}
        #expect(isWhole && text.contains("\"late\""))
    }

    @Test("nobody who was made after the right was lost is shown", arguments: lists)
    func lost(_ path: String) async throws {
        // Who administers by masks reads no list of the other dialect, and no hashes.
        let ofMasks = path.contains("v1") && !path.contains("hashes")
        for way in WayOfLoss.all where way.loss != .masksTaken || ofMasks {
            let scene = try await RightsScene(way)
            let (text, isWhole) = try await read(path, scene) {
                await Moment().lose(way, in: scene, keepsContents: false)
            }
            #expect(!isWhole, "\(way.name)")
            #expect(text.contains("\"user0\""), "\(way.name)")
            #expect(!text.contains("\"late\""), "\(way.name)")
        }
    }
}

/// Takes a body piece by piece, and does something after the first.
final class ListPieces: ResponseBodyWriter, Sendable {
    private struct State {
        var bytes = ByteBuffer()
        var count = 0
    }

    private let state = Mutex(State())
    private let afterFirst: @Sendable () async throws -> Void

    init(_ afterFirst: @escaping @Sendable () async throws -> Void) {
        self.afterFirst = afterFirst
    }

    var text: String { state.withLock { String(buffer: $0.bytes) } }

    func write(_ buffer: ByteBuffer) async throws {
        var part = buffer
        let isFirst = state.withLock { state in
            state.bytes.writeBuffer(&part)
            state.count += 1
            return state.count == 1
        }
        if isFirst { try await afterFirst() }
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}
