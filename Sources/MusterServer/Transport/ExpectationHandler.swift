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
        guard request.headers[.expect]?.lowercased() == "100-continue" else { return }
        channel.triggerUserOutboundEvent(BodyWanted(), promise: nil)
    }
}

/// Sends `100 Continue` when a body is wanted.
final class ExpectationHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard event is BodyWanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: promise)
    }
}
