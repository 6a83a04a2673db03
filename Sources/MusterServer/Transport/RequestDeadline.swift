import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Says that the body in arrival may be of any length, and take any time as long as it goes on, line by line.
///
/// A route triggers it on the channel when it knows who is sending.
struct LongBody: Sendable {}

/// Drops a connection whose request has not arrived in time, or whose body goes on and on.
///
/// A sender that trickles bytes keeps a connection busy for next to nothing; the time runs from the first
/// byte of the head to the end of the body, whatever arrives in between. Of a ``LongBody`` it runs for each
/// whole line that has something on it, and only while the server is ready to take it.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let clock: ConnectionClock
    private let bodyLimit: Int
    private let gate: RequestGate
    private let gauge: MemoryGauge?
    private let immediate: FastPathResponder?
    private let pace: StrangersPace?
    private var received = 0
    private var lines = LineProgress()
    private var isLong = false

    /// Builds what looks after one connection.
    ///
    /// - Parameters:
    ///   - clock: The connection's clock.
    ///   - bodyLimit: How many bytes of a body are read at most, taken or not.
    ///   - gate: Bounds of what is read ahead, and of heads.
    ///   - gauge: Counts the connection.
    ///   - immediate: Answers what can be answered at once.
    ///   - pace: Keeps strangers from taking everything; nil lets everybody read at once.
    init(
        _ clock: ConnectionClock,
        bodyLimit: Int,
        gate: GateLimits,
        gauge: MemoryGauge? = nil,
        immediate: FastPathResponder? = nil,
        pace: StrangersPace? = nil
    ) {
        self.clock = clock
        self.bodyLimit = bodyLimit
        self.gate = RequestGate(clock, gate)
        self.gauge = gauge
        self.immediate = immediate
        self.pace = pace
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        let standing = ConnectionStanding(pace)
        clock.standing = standing
        do {
            let edge = ConnectionEdge(clock, gauge: gauge, standing: standing, gate: gate)
            try pipeline.addHandler(edge, position: .first)
            let encoder = try pipeline.handler(type: HTTPResponseEncoder.self)
            if let immediate {
                let handler = FastPathHandler(immediate, clock: clock, standing: standing)
                try pipeline.addHandler(handler, position: .before(encoder))
            }
            try pipeline.addHandler(gate, position: .before(encoder))
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            let own: [any ChannelHandler] = [
                PendingResponses(clock, gate: gate), LastRequestHandler(),
                ExpectationHandler(clock),
            ]
            try pipeline.addHandlers(own, position: .before(codec))
        } catch {
            context.fireErrorCaught(error)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            received = 0
        case .body(let buffer) where isLong:
            clock.receivedPart(counts: lines.take(buffer))
        case .body(let buffer):
            received += buffer.readableBytes
            // The rest of a body that was refused is read and dropped, so that the answer is seen. This far.
            if received > bodyLimit { context.close(promise: nil) }
        case .end:
            endLongBody(context)
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if isLong { clock.received() }
        context.read()
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard event is LongBody else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        // The event may come when the body is here already.
        isLong = clock.isArriving
        lines = LineProgress()
        if isLong { context.channel.readPlenty() }
        promise?.succeed()
    }

    private func endLongBody(_ context: ChannelHandlerContext) {
        guard isLong else { return }
        isLong = false
        context.channel.readSparingly()
    }
}
