import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Health", .everyStore)
struct HealthTests {
    private static let here = "127.0.0.1"

    @Test(
        "the server says that it is alive and ready, and tells its own machine that nothing fails"
    )
    func fine() async throws {
        let server = TestServer(try await TestDirectory())
        let alive = try await server.send(.get, "/healthz")
        #expect(alive.status == .ok)
        #expect(try await alive.text() == #"{"status":"alive"}"#)
        let ready = try await server.send(.get, "/readyz")
        #expect(ready.status == .ok && ready.headers[.cacheControl] == "no-store")
        #expect(try await ready.text() == #"{"status":"ready"}"#)
        let told = try await server.send(.get, "/readyz", from: Self.here)
        #expect(try await told.text() == #"{"status":"ready","failed":[]}"#)
        let ipv6 = try await server.send(.get, "/readyz", from: "::1")
        #expect(try await ipv6.text() == #"{"status":"ready","failed":[]}"#)
    }

    @Test(
        "a store that cannot be written is not ready, and only the own machine is told which check fails"
    )
    func write() async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        let server = TestServer(test)
        store.failWrites(1)
        let stranger = try await server.send(.get, "/readyz")
        #expect(stranger.status == .serviceUnavailable && stranger.headers[.retryAfter] == "1")
        #expect(try await stranger.text() == #"{"status":"not_ready"}"#)
        // The answer holds for a second.
        let told = try await server.send(.get, "/readyz", from: Self.here)
        #expect(try await told.text() == #"{"status":"not_ready","failed":["write"]}"#)
        #expect(try await server.send(.get, "/healthz").status == .ok)
        test.clock.advance(by: .seconds(1))
        #expect(try await server.send(.get, "/readyz").status == .ok)
    }

    @Test("a server at which no other password may wait is not ready, and alive")
    func queue() async throws {
        let server = TestServer(try await TestDirectory(hasher: QueueingHasher(isFull: true)))
        let told = try await server.send(.get, "/readyz", from: Self.here)
        #expect(told.status == .serviceUnavailable)
        #expect(try await told.text() == #"{"status":"not_ready","failed":["hashing"]}"#)
        #expect(try await server.send(.get, "/readyz").text() == #"{"status":"not_ready"}"#)
        #expect(try await server.send(.get, "/healthz").status == .ok)
    }

    @Test("damage that was met keeps the server from being ready until it is started again")
    func damage() async throws {
        let test = try await TestDirectory()
        let server = TestServer(test)
        _ = test.directory.refusals.count(
            MusterError(.storeUnavailable, "Damaged.", cause: Trouble.damage)
        )
        for _ in 0..<2 {
            let told = try await server.send(.get, "/readyz", from: Self.here)
            #expect(try await told.text() == #"{"status":"not_ready","failed":["damage"]}"#)
            test.clock.advance(by: .seconds(100))
        }
    }

    @Test(
        "a proxy that is not trusted gets no reasons for its callers, one that is for those on its machine"
    )
    func proxies() async throws {
        let plain = #"{"status":"ready"}"#
        let told = #"{"status":"ready","failed":[]}"#
        let test = try await TestDirectory()
        let direct = TestServer(test)
        let trusting = TestServer(test, trustedProxies: try AllowedNetworks(["127.0.0.1"]))
        func ask(_ server: TestServer, _ fields: HTTPFields) async throws -> String {
            try await server.send(.get, "/readyz", fields: fields, from: Self.here).text()
        }
        for address in ["198.51.100.9", "127.0.0.1", "unknown"] {
            #expect(try await ask(direct, [.xForwardedFor: address]) == plain)
            #expect(try await ask(direct, [.forwarded: "for=\(address)"]) == plain)
        }
        #expect(try await ask(trusting, [.xForwardedFor: "198.51.100.9"]) == plain)
        #expect(try await ask(trusting, [.xForwardedFor: "127.0.0.1, 198.51.100.9"]) == plain)
        #expect(try await ask(trusting, [.xForwardedFor: "unknown"]) == plain)
        #expect(try await ask(trusting, [.forwarded: "for=198.51.100.9"]) == plain)
        #expect(try await ask(trusting, [.xForwardedFor: "127.0.0.2"]) == told)
        #expect(try await ask(trusting, [:]) == told)
    }

    @Test("however many ask within a second, the store is written once")
    func bounded() async throws {
        let store = try FaultyStore(freeBytes: Readiness.reserve - 1)
        let test = try await TestDirectory()
        let directory = test.directory
        let readiness = Readiness(
            Directory(
                store: store,
                spools: directory.spools,
                clock: test.clock,
                random: directory.random,
                digester: directory.digester,
                curves: directory.curves,
                cryptography: directory.cryptography,
                hasher: directory.hasher,
                codeSender: directory.codeSender,
                rules: directory.rules,
                identity: directory.identity
            )
        )
        await Readiness.$patience.withValue(.seconds(600)) {
            await withTaskGroup { group in
                for _ in 0..<200 { group.addTask { _ = await readiness.failed() } }
            }
            #expect(store.probes == 1)
            #expect(await readiness.failed() == [.read, .space])
            test.clock.advance(by: .seconds(1))
            _ = await readiness.failed()
            #expect(store.probes == 2)
        }
    }

    @Test("connections tell when the last place is taken, and newcomers wait")
    func places() {
        let troubles = Troubles()
        var places = ConnectionPlaces(2) { troubles.note(.connections) }
        places.connectionOpened()
        #expect(places.isAcceptingNewConnections() && troubles.all.isEmpty)
        places.connectionOpened()
        #expect(!places.isAcceptingNewConnections() && troubles.count(of: .connections) == 1)
        places.connectionClosed()
        #expect(places.isAcceptingNewConnections())
    }
}
