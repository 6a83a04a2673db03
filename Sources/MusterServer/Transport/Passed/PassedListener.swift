import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Takes connections from a socket that listens already.
///
/// Whoever passed the socket on keeps it open: while this process ends and the next one starts, newcomers wait in the
/// system's queue, and none is refused.
struct PassedListener<Child: ServerChildChannel>: Service {
    /// How long those who were taken in last have for their request before connections without one are closed.
    private static var grace: Duration { .milliseconds(500) }

    let descriptor: CInt
    let child: Child
    let places: ConnectionPlaces
    let logger: Logger
    /// Called once, when requests are answered.
    let onListening: @Sendable (any Channel) async -> Void

    func run() async throws {
        let (child, logger) = (child, logger)
        let end = PlacesUntilEnd.End()
        let server = try await listen(until: end)
        let channel = server.channel
        let connections = OpenConnections()
        try await withGracefulShutdownHandler {
            await onListening(server.channel)
            try await server.executeThenClose { inbound in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in inbound {
                        let channel = connection.channel
                        connections.add(channel)
                        group.addTask {
                            await child.handle(value: connection, logger: logger)
                            connections.remove(channel)
                        }
                    }
                    try? await Task.sleep(for: Self.grace)
                    connections.quiesce()
                }
            }
        } onGracefulShutdown: {
            // Those who were taken in last have to get through to the tasks that serve them before this process's
            // descriptor is closed.
            end.approach()
            channel.eventLoop.scheduleTask(in: .milliseconds(250)) { channel.close(promise: nil) }
        }
    }

    private func listen(
        until end: PlacesUntilEnd.End
    ) async throws -> NIOAsyncChannel<Child.Value, Never> {
        let places = PlacesUntilEnd(places: places, end: end)
        let (child, logger) = (child, logger)
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = AvailableConnectionsChannelHandler(delegate: places)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(descriptor) { channel in child.setup(channel: channel, logger: logger) }
    }
}
