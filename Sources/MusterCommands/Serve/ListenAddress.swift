import FoundationEssentials
import MusterCore
import NIOCore
import SystemCalls

/// The address that a server listens on, found to be free before anything else is started.
struct ListenAddress: Sendable {
    /// The host to listen on: an address, as the machine has it.
    let host: String
    /// The host as it stands in a URL.
    let shown: String

    /// Where a socket listens that was handed over.
    init(taken socket: PassedSocket) {
        host = socket.shown
        shown = socket.shown
    }

    /// Looks a host up and sees whether it can be listened on.
    ///
    /// `*` is every address of the machine, of IPv6 and of IPv4; a name is the first of its addresses, and is shown
    /// as that.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where nobody can listen there.
    init(host: String, port: Int) throws {
        // Linux hands connections of IPv4 to a socket on `::`; a machine without IPv6 has none.
        let candidates = host == "*" ? ["::", "0.0.0.0"] : [host]
        var failure: (any Error)?
        for candidate in candidates {
            do {
                let found = try ListenAddress.find(candidate, port)
                self.host = found
                shown = host == "*" ? host : found.contains(":") ? "[\(found)]" : found
                return
            } catch {
                failure = error
            }
        }
        throw ListenFailure.translate(
            failure ?? MusterError(.storeUnavailable, "Cannot listen on \(host):\(port)."),
            host: host.contains(":") ? "[\(host)]" : host,
            port: port
        )
    }

    /// Binds to an address and lets go of it.
    ///
    /// It does not listen there: who connected in that moment would be taken for a caller and then cut off.
    private static func find(_ host: String, _ port: Int) throws -> String {
        let address = try SocketAddress.makeAddressResolvingHost(host, port: port)
        let descriptor = socket(
            address.protocol == .inet6 ? AF_INET6 : AF_INET,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        defer { close(descriptor) }
        // As those who listen do, so that connections which are ending keep nobody out.
        var isReused: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        guard setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isReused, size) == 0 else {
            throw IOError(errnoCode: errno, reason: "setsockopt")
        }
        let code = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) }
        guard code == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
        return address.ipAddress ?? host
    }
}
