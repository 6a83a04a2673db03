public import Logging
public import MusterCore
import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle
import Synchronization

/// The directory over LDAP, on an address of its own.
public struct LDAPApplication: Service {
    /// Where it listens, and whether it speaks TLS from the first byte.
    public struct Listener: Sendable {
        let host: String
        let port: Int
        let isSecure: Bool

        /// An address; port 0 takes any that is free.
        public init(host: String, port: Int, isSecure: Bool) {
            self.host = host
            self.port = port
            self.isSecure = isSecure
        }

        /// How clients name it (RFC 4516).
        public func url(port: Int) -> String {
            let host = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
            return "\(isSecure ? "ldaps" : "ldap")://\(host):\(port)"
        }
    }

    private let listeners: [Listener]
    private let operations: LDAPOperations
    private let tls: CertificateKeeper?
    private let shares: ConnectionShares
    private let budget: ArrivalBudget
    private let pace: StrangersPace
    private let logger: Logger
    private let onListening: @Sendable (Listener, Int) async -> Void

    /// Puts the service together.
    ///
    /// - Parameters:
    ///   - directory: What is shown.
    ///   - settings: How.
    ///   - application: The server over HTTP, with which it shares the room for what is arriving, and
    ///     the pace of strangers.
    ///   - listeners: Where.
    ///   - tls: The certificate; nil if there is none, and then no listener may be secure.
    ///   - logger: Where it tells what it does.
    ///   - onListening: Called once for each listener, with its port.
    public init(
        _ directory: Directory,
        _ settings: LDAPSettings,
        beside application: MusterApplication,
        listeners: [Listener],
        tls: CertificateKeeper?,
        logger: Logger,
        onListening: @escaping @Sendable (Listener, Int) async -> Void = { _, _ in }
    ) {
        self.listeners = listeners
        operations = LDAPOperations(directory, settings)
        budget = application.budget
        pace = application.pace
        self.tls = tls
        shares = ConnectionShares(
            settings.connections,
            uncounted: AllowedNetworks(),
            refusesWhenFull: true
        ) {
            directory.refusals.troubles.note(.connections)
        }
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until it is told to stop; clients are told, and what is under way is given up.
    public func run() async throws {
        let open = OpenConnections()
        var servers: [any Channel] = []
        do {
            for listener in listeners {
                let server = try await bind(listener, open)
                servers.append(server)
                await onListening(listener, server.localAddress?.port ?? 0)
            }
        } catch {
            for server in servers { try? await server.close() }
            throw error
        }
        let all = servers
        try await withGracefulShutdownHandler {
            for server in all { try await server.closeFuture.get() }
            open.quiesce()
            await open.ended()
        } onGracefulShutdown: {
            for server in all { server.close(promise: nil) }
        }
    }

    private func bind(_ listener: Listener, _ open: OpenConnections) async throws -> any Channel {
        let (operations, tls, shares, logger) = (operations, tls, shares, logger)
        let (budget, pace, refusals) = (budget, pace, RefusalPace())
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let address = channel.remoteAddress.flatMap(IPAddress.init(socket:))
                    let end: @Sendable () -> Void = { channel.close(promise: nil) }
                    guard let place = shares.enter(address, end: end) else {
                        channel.close(promise: nil)
                        return
                    }
                    channel.closeFuture.whenComplete { _ in shares.leave(place) }
                    let connection = LDAPConnection(
                        operations,
                        address: address,
                        tls: tls,
                        isSecure: listener.isSecure,
                        budget: budget,
                        pace: pace,
                        refusals: refusals,
                        logger: logger
                    )
                    let pipeline = channel.pipeline.syncOperations
                    if listener.isSecure, let tls {
                        try pipeline.addHandler(NIOSSLServerHandler(context: tls.context))
                    }
                    try pipeline.addHandler(connection)
                    open.add(channel)
                    channel.closeFuture.whenComplete { _ in open.remove(channel) }
                }
            }
            .bind(host: listener.host, port: listener.port)
            .get()
    }
}

extension LDAPApplication: CustomStringConvertible {
    /// The name alone: the framework logs its services, and has no need of what is in them.
    public var description: String { "LDAPApplication" }
}
