import MusterCore
import NIOCore
import NIOPosix

/// The address that a server listens on, found to be free before anything else is started.
struct ListenAddress: Sendable {
    /// The host to listen on: an address, as the machine has it.
    let host: String
    /// The host as it stands in a URL.
    let shown: String

    /// Looks a host up and listens there for a moment.
    ///
    /// `*` is every address of the machine, of IPv6 and of IPv4; a name is the first of its addresses, and is shown
    /// as that.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where nobody can listen there.
    init(host: String, port: Int) async throws {
        // Linux hands connections of IPv4 to a socket on `::`; a machine without IPv6 has none.
        let candidates = host == "*" ? ["::", "0.0.0.0"] : [host]
        var failure: (any Error)?
        for candidate in candidates {
            do {
                let found = try await ListenAddress.listen(candidate, port)
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

    private static func listen(_ host: String, _ port: Int) async throws -> String {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: host, port: port).get()
        let address = channel.localAddress?.ipAddress ?? host
        try await channel.close()
        return address
    }
}
