import Foundation
import Logging
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Requests whose sender has gone", .timeLimit(.minutes(1)))
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
        let application = try MusterApplication(
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
        let folder = try TemporaryDirectory()
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

/// A connection of the system, without anything of the server's own.
private final class Socket {
    private let handle: FileHandle

    init(port: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        handle = FileHandle(fileDescriptor: descriptor)
        try Socket.connect(descriptor, address)
    }

    init(path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        handle = FileHandle(fileDescriptor: descriptor)
        try Socket.connect(descriptor, address)
    }

    func send(_ data: Data) throws {
        try handle.write(contentsOf: data)
    }

    func close() {
        try? handle.close()
    }

    private static func connect<Address>(_ descriptor: Int32, _ address: Address) throws {
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        try #require(result == 0)
    }
}
