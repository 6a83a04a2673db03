public import Hummingbird
import MusterCore
public import NIOCore

/// What belongs to one request while it is served.
public struct MusterRequestContext: RequestContext {
    /// The framework's own part.
    public var coreContext: CoreRequestContextStorage
    /// The connection.
    public let channel: any Channel
    /// The number of the request, 32 hexadecimal digits; the caller sees it too.
    public var requestID = ""
    /// What is known of the connection; nil on a channel that was not set up for Muster.
    let standing: ConnectionStanding?

    /// Begins a request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        standing =
            ConnectionStandings.shared[source.channel] ?? (source.channel.isActive ? nil : .ended)
    }

    /// Whether the connection had ended when the request was taken up.
    var hasEnded: Bool { standing?.isEnded ?? false }

    /// The address of the connection's peer; nil if it has none, as on a Unix domain socket.
    ///
    /// A channel forgets it when it is closed, and the peer decides when that is.
    var peer: IPAddress? {
        if let standing { return standing.address }
        return channel.remoteAddress.flatMap(IPAddress.init(socket:))
    }

    /// Does some work, in a task of its own, that is cancelled when the peer goes away
    /// (``ConnectionStanding/untilGone(_:)``).
    func untilGone<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let standing else { return try await work() }
        return try await standing.untilGone(work)
    }

    /// Notes whether the caller of the last request is known.
    func judge(isKnown: Bool) {
        guard standing?.judge(isKnown: isKnown, at: .now()) ?? true else { return }
        channel.triggerUserOutboundEvent(CallerJudged(isKnown: isKnown), promise: nil)
    }
}
