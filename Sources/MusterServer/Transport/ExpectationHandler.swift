import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Says that a request's body is wanted, to a client that waits to be asked for it.
///
/// It is triggered on the channel by whoever is about to read the body: a request that is refused for what its
/// head says is answered with that alone, and its body is never sent.
struct BodyWanted: Sendable {}

extension Call {
    /// Asks the client for the body, where it waits for that (RFC 9110 section 10.1.1).
    static func askForBody(of request: Request, on channel: any Channel) {
        guard request.headers[.expect] != nil else { return }
        channel.triggerUserOutboundEvent(BodyWanted(), promise: nil)
    }
}

/// Sends `100 Continue` when a body is wanted, and closes the connection after an answer for which it was not.
///
/// What a client sends next on such a connection may be the body or another request (RFC 9110 section 10.1.1).
final class ExpectationHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let clock: ConnectionClock
    /// Whether the sender of the last request waits to be asked; it may still be the turn of those before it.
    private var isAwaited = false
    /// Whether it has been answered without.
    private var mustClose = false

    init(_ clock: ConnectionClock) {
        self.clock = clock
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isAwaited = head.headers.first(name: "expect")?.isEqual(to: "100-continue") == true
        case .body, .end:
            isAwaited = false
        }
        context.fireChannelRead(data)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard event is BodyWanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        guard isAwaited else {
            // The body has come meanwhile.
            promise?.succeed()
            return
        }
        isAwaited = false
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: promise)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where isAwaited && clock.isAtLastRequest:
            isAwaited = false
            mustClose = true
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where mustClose:
            let written = promise ?? context.eventLoop.makePromise()
            let channel = context.channel
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
            context.write(data, promise: written)
        default:
            context.write(data, promise: promise)
        }
    }
}
