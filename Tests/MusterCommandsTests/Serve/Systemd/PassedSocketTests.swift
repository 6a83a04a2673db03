import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("A socket that a service manager hands over")
struct PassedSocketTests {
    /// A socket of loopback, which is closed with the test.
    private final class Socket {
        let descriptor: Int32

        init(_ kind: Int32 = Int32(SOCK_STREAM.rawValue), isListening: Bool = true) throws {
            descriptor = socket(AF_INET, kind, 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let code = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(code == 0)
            if isListening { try #require(listen(descriptor, 1) == 0) }
        }

        deinit { close(descriptor) }
    }

    private func taken(
        _ socket: Socket,
        count: String = "1",
        process: String = "7"
    ) throws(MusterError) -> PassedSocket? {
        try PassedSocket.taken(
            ["LISTEN_FDS": count, "LISTEN_PID": process],
            process: 7,
            first: socket.descriptor
        )
    }

    @Test("one that listens is taken, with its address, and is kept from other programs")
    func listening() throws {
        let socket = try Socket()
        let passed = try #require(try taken(socket))
        #expect(passed.descriptor == socket.descriptor)
        #expect(passed.shown == "127.0.0.1")
        #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test("what was handed to another process, or to none, is left alone")
    func others() throws {
        let socket = try Socket()
        #expect(try taken(socket, process: "8") == nil)
        #expect(try taken(socket, process: "") == nil)
        #expect(try taken(socket, count: "0") == nil)
        #expect(try PassedSocket.taken([:]) == nil)
    }

    @Test("more than one, or no number, is refused", arguments: ["2", "-1", "x", "", "1 "])
    func counts(_ count: String) async throws {
        let socket = try Socket()
        let refusal = await failure { try taken(socket, count: count) }
        #expect(refusal?.code == .settingInvalid)
    }

    @Test("what does not listen, or is no socket of TCP, is refused with what to write instead")
    func wrong() async throws {
        for socket in [
            try Socket(isListening: false),
            try Socket(Int32(SOCK_DGRAM.rawValue), isListening: false),
        ] {
            let refusal = await failure { try taken(socket) }
            #expect(refusal?.message.contains("ListenStream=") == true)
        }
    }
}
