import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Drops a connection whose request has not arrived in time, or whose body goes on and on.
///
/// A sender that trickles bytes keeps a connection busy for next to nothing; the time runs from the head
/// to the end of the body, whatever arrives in between.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let limit: TimeAmount
    private let bodyLimit: Int
    private var received = 0
    private var deadline: Scheduled<Void>?

    init(_ limit: Duration, bodyLimit: Int) {
        self.limit = TimeAmount(limit)
        self.bodyLimit = bodyLimit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            received = 0
            let loopBoundContext = context.loopBound
            deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
                loopBoundContext.value.close(promise: nil)
            }
        case .body(let buffer):
            received += buffer.readableBytes
            // The rest of a body that was refused is read and dropped, so that the answer is seen. This far.
            if received > bodyLimit { context.close(promise: nil) }
        case .end:
            deadline?.cancel()
            deadline = nil
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        context.fireChannelInactive()
    }
}
