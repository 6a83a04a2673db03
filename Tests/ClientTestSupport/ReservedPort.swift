import Foundation
import Glibc

/// A port of the loopback interface on which nobody listens, and that nobody else is given as long as this is kept.
///
/// A server that is told its number listens on it all the same, since both say that they share it.
package final class ReservedPort: Sendable {
    package let number: Int
    private let descriptor: CInt

    package var address: String { "http://127.0.0.1:\(number)" }

    /// Takes a port.
    package init() throws {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var isShared: CInt = 1
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isTaken = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isShared, 4) == 0
                    && bind(descriptor, $0, length) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isTaken else { throw POSIXError(.EADDRINUSE) }
        self.descriptor = descriptor
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
