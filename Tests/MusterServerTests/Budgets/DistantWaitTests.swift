import Foundation
import Logging
import MusterCore
import MusterTesting
import Testing
import WorkerThreads

@testable import MusterServer

@Suite("A store that is far away and slow", .timeLimit(.minutes(10)))
struct DistantWaitTests {
    private static func exchange(
        _ method: String,
        _ path: String,
        _ keys: APIKeyPair?,
        _ body: String = "",
        at port: Int
    ) throws -> String {
        let socket = try Socket(port: port)
        defer { socket.close() }
        let secret = keys.map { keys in
            keys.secretKey.withExposedValue {
                "X-ApiKeys: accessKey=\(keys.accessKey); secretKey=\($0)\r\n"
            }
        }
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(secret ?? "")"
            + "Content-Length: \(body.utf8.count)\r\n\r\n"
        try socket.send(Data((head + body).utf8))
        return try socket.read()
    }

    @Test("while twenty requests and a change wait for it, the server says that it is alive")
    func alive() async throws {
        let store = DistantStore()
        let test = try await TestDirectory(store: store)
        let path = "/users/\(try await test.makeUser("jane@example.com").id.rawValue)"
        let ports = AsyncStream.makeStream(of: Int.self)
        let application = MusterApplication(
            test.directory,
            ServerConfiguration(host: "127.0.0.1", port: 0, version: "1.2.3"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onListening: { ports.continuation.yield($0) }
        )
        let clients = WorkerPool("clients", .lists, threads: 22)
        let keys = test.administratorKeys
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            let port = try #require(await ports.stream.first { _ in true })
            _ = store.takeCalls()
            store.hold()
            async let change = clients.run {
                try Self.exchange("PUT", path, keys, #"{"name":"Jane"}"#, at: port)
            }
            let looks = (0..<20).map { _ in
                Task { try await clients.run { try Self.exchange("GET", path, keys, at: port) } }
            }
            while store.calls.reads < 21 { await Task.yield() }
            let alive = try await clients.run {
                try Self.exchange("GET", "/healthz", nil, at: port)
            }
            #expect(alive.hasPrefix("HTTP/1.1 200 "))
            #expect(store.calls.changes == 0, "nothing has been answered yet")
            store.release()
            for look in looks { #expect(try await look.value.hasPrefix("HTTP/1.1 200 ")) }
            #expect(try await change.hasPrefix("HTTP/1.1 200 "))
            group.cancelAll()
        }
    }
}
