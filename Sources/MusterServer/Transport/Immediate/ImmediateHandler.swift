import MusterCore
import NIOCore
import NIOHTTP1

/// Takes requests that can be answered at once out of a connection's way, and lets all others pass.
///
/// Answers leave in the order of their requests (RFC 9112 section 9.3.2): while the router owes one, or the
/// peer does not read, everything takes the long way.
final class ImmediateHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let responder: ImmediateResponder?
    private let clock: ConnectionClock
    private var peer: IPAddress?
    /// Behind the encoder, where whole answers are written.
    private var encoder: ChannelHandlerContext?
    private var held: HTTPRequestHead?
    private var mustFlush = false

    init(_ responder: ImmediateResponder?, clock: ConnectionClock) {
        self.responder = responder
        self.clock = clock
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        encoder = try? pipeline.context(handlerType: HTTPResponseEncoder.self)
        peer = context.remoteAddress.flatMap(IPAddress.init(socket:))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        encoder = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch part {
        case .head(let head):
            if let responder, clock.isQuiet, context.channel.isWritable, responder.isFit(head) {
                held = head
                return
            }
            clock.began()
        case .body:
            release(context)
        case .end:
            clock.arrived()
            if let head = held, let encoder, let responder,
                let answer = responder.respond(to: head, from: peer, context.channel.allocator)
            {
                held = nil
                encoder.write(NIOAny(answer), promise: nil)
                mustFlush = true
                return
            }
            release(context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if mustFlush {
            mustFlush = false
            encoder?.flush()
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { clock.answered() }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        encoder = nil
        context.fireChannelInactive()
    }

    /// Lets a head go on that was held back.
    private func release(_ context: ChannelHandlerContext) {
        guard let head = held else { return }
        held = nil
        clock.began()
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
