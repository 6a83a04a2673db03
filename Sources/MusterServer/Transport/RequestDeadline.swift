import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Says that the body in arrival may be of any length, and take any time as long as it goes on.
///
/// A route triggers it on the channel when it knows who is sending.
struct LongBody: Sendable {}

/// Drops a connection whose request has not arrived in time, or whose body goes on and on.
///
/// A sender that trickles bytes keeps a connection busy for next to nothing; the time runs from the first
/// byte of the head to the end of the body, whatever arrives in between. Of a ``LongBody`` it runs for each
/// part, and only while the server is ready to take it.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let clock: ConnectionClock
    private let bodyLimit: Int
    private let immediate: ImmediateResponder?
    private var received = 0
    private var isLong = false

    init(_ clock: ConnectionClock, bodyLimit: Int, immediate: ImmediateResponder? = nil) {
        self.clock = clock
        self.bodyLimit = bodyLimit
        self.immediate = immediate
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(FirstByteHandler(clock), position: .first)
            if let immediate {
                let encoder = try pipeline.handler(type: HTTPResponseEncoder.self)
                let handler = ImmediateHandler(immediate, clock: clock)
                try pipeline.addHandler(handler, position: .before(encoder))
            }
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            let own: [any ChannelHandler] = [
                OwedAnswers(clock), OldVersionHandler(), ExpectationHandler(clock),
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
        case .body where isLong:
            clock.receivedPart()
        case .body(let buffer):
            received += buffer.readableBytes
            // The rest of a body that was refused is read and dropped, so that the answer is seen. This far.
            if received > bodyLimit { context.close(promise: nil) }
        case .end:
            isLong = false
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
        promise?.succeed()
    }
}

/// Starts the clock with the first byte of a request.
private final class FirstByteHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let clock: ConnectionClock

    init(_ clock: ConnectionClock) {
        self.clock = clock
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        clock.received()
        context.fireChannelRead(data)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        clock.start(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        clock.end()
        context.fireChannelInactive()
    }
}

/// Answers requests of HTTP/1.0 in their own version: nothing in chunks (RFC 9112 section 7.1), and the
/// connection closed behind the answer, which their senders wait for (section 9.3).
private final class OldVersionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var isOld = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), head.version == .http1_0 else {
            context.fireChannelRead(data)
            return
        }
        isOld = true
        head.headers.replaceOrAdd(name: "connection", value: "close")
        // RFC 9110 section 10.1.1: not to be asked for their bodies.
        head.headers.remove(name: "expect")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isOld, case .head(var head) = unwrapOutboundIn(data) else {
            context.write(data, promise: promise)
            return
        }
        head.version = .http1_0
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
