import Foundation
import NIOCore
import Testing

/// A connection of the system, without anything of the server's own.
final class Socket {
    private let handle: FileHandle

    init(port: Int) throws {
        handle = try Socket.connect(
            to: try SocketAddress(ipAddress: "127.0.0.1", port: port),
            family: AF_INET
        )
    }

    init(path: String) throws {
        handle = try Socket.connect(
            to: try SocketAddress(unixDomainSocketPath: path),
            family: AF_UNIX
        )
    }

    func send(_ data: Data) throws {
        try handle.write(contentsOf: data)
    }

    /// What comes until the other side closes the connection.
    ///
    /// It holds up the calling thread.
    func read() throws -> String {
        String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    }

    func close() {
        try? handle.close()
    }

    private static func connect(to address: SocketAddress, family: Int32) throws -> FileHandle {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        let result = address.withSockAddr { Foundation.connect(descriptor, $0, socklen_t($1)) }
        try #require(result == 0)
        return FileHandle(fileDescriptor: descriptor)
    }
}
