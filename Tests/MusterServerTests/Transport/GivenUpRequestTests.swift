import Foundation
import Logging
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Requests whose sender has gone", .timeLimit(.minutes(10)))
struct GivenUpRequestTests {
    private static let login = #"{"username": "admin@example.com", "password": "Correct-Horse-7"}"#

    private static func request(_ path: String, _ body: String) -> Data {
        let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return Data((head + body).utf8)
    }

    @Test(
        "a password that waits to be checked is given up when the connection is closed",
        arguments: ["/session", "/activelogic/v1/sessions"]
    )
    func network(_ path: String) async throws {
        let hasher = WaitingHasher()
        let test = try await TestDirectory(hasher: hasher)
        let ports = AsyncStream.makeStream(of: Int.self)
        let application = MusterApplication(
            test.directory,
            ServerConfiguration(host: "127.0.0.1", port: 0, version: "1.2.3"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onListening: { ports.continuation.yield($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            let port = try #require(await ports.stream.first { _ in true })
            let socket = try Socket(port: port)
            try socket.send(Self.request(path, Self.login))
            _ = await hasher.arrivals.first { true }
            socket.close()
            _ = await hasher.endings.first { true }
            group.cancelAll()
        }
    }

    @Test("so is one of a login program on this machine")
    func local() async throws {
        let hasher = WaitingHasher()
        let test = try await TestDirectory(hasher: hasher)
        let folder = try TemporaryFolder()
        let path = folder.path + "/ask.sock"
        let ready = AsyncStream.makeStream(of: Void.self)
        let application = LocalApplication(
            test.directory,
            socketPath: path,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onListening: { ready.continuation.yield() }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            _ = await ready.stream.first { true }
            let socket = try Socket(path: path)
            try socket.send(Self.request("/password", Self.login))
            _ = await hasher.arrivals.first { true }
            socket.close()
            _ = await hasher.endings.first { true }
            group.cancelAll()
        }
    }
}
