import Hummingbird
import HummingbirdCore
import Logging
import MusterCore
import NIOCore
import ServiceLifecycle

/// The server on a socket that was passed on to this process.
///
/// The framework binds an address itself, and knows no other way. So this stands in the place of its `Application`, with
/// the same responder and the same handling of connections.
struct PassedServer: Service {
    let frame: RootResponder
    let clock: any DirectoryClock
    let descriptor: CInt
    let places: ConnectionPlaces
    /// Sets up connections, given what answers requests.
    let connections:
        @Sendable (@escaping HTTPChannelHandler.Responder) throws -> any ServerChildChannel
    let services: [any Service]
    let logger: Logger
    let onListening: @Sendable (any Channel) async -> Void

    func run() async throws {
        let (frame, clock, logger, dates) = (frame, clock, logger, HTTPDates())
        let child = try connections { request, writer, channel in
            let source = ApplicationRequestContextSource(channel: channel, logger: logger)
            var response = try await frame.respond(
                to: request,
                context: MusterRequestContext(source: source)
            )
            response.headers[.date] = dates.text(clock.now())
            try await writer.write(response: response.head, body: response.body)
        }
        let group = ServiceGroupConfiguration(
            services: services + [listener(child)],
            logger: logger
        )
        try await ServiceGroup(configuration: group).run()
    }

    private func listener(_ child: some ServerChildChannel) -> any Service {
        PassedListener(
            descriptor: descriptor,
            child: child,
            places: places,
            logger: logger,
            onListening: onListening
        )
    }
}
