import MusterCore
import NIOCore

/// Takes requests that can be answered at once out of a connection's way, before anything else has looked at
/// them, and lets all others pass.
///
/// Answers leave in the order of their requests (RFC 9112 section 9.3.2): while the router owes one, or the
/// peer does not read, everything takes the long way.
final class FastPathHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let responder: FastPathResponder
    private let clock: ConnectionClock
    private let standing: ConnectionStanding
    private let credentials = LastCredentials()
    private var peer: IPAddress?
    private var head = RequestHead()
    private var boundary = RequestBoundary()
    private var mustFlush = false
    /// Whether later handlers were handed anything since they were last told that all was read.
    private var hasPassed = false

    init(
        _ responder: FastPathResponder,
        clock: ConnectionClock,
        standing: ConnectionStanding
    ) {
        self.responder = responder
        self.clock = clock
        self.standing = standing
    }

    func handlerAdded(context: ChannelHandlerContext) {
        peer = context.remoteAddress.flatMap(IPAddress.init(socket:))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        while bytes.readableBytes > 0 {
            guard let answer = answer(bytes, context) else { break }
            bytes.moveReaderIndex(forwardBy: head.length)
            clock.arrived()
            context.write(wrapOutboundOut(answer), promise: nil)
            mustFlush = true
        }
        head.forget()
        guard bytes.readableBytes > 0 else { return }
        clock.received()
        boundary.pass(bytes)
        hasPassed = true
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if mustFlush {
            mustFlush = false
            context.flush()
        }
        if hasPassed {
            hasPassed = false
            context.fireChannelReadComplete()
        }
    }

    private func answer(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) -> ByteBuffer? {
        guard boundary.isReached, clock.isQuiet else { return nil }
        let channel = context.channel
        guard isTaken(channel, context), head.read(bytes),
            let found = responder.respond(
                to: head,
                from: peer,
                channel.allocator,
                after: credentials
            )
        else { return nil }
        standing.judge(isKnown: found.isKnown, at: context.eventLoop.now)
        return found.bytes
    }

    /// Whether the peer takes what is sent, and there is room for more.
    private func isTaken(_ channel: any Channel, _ context: ChannelHandlerContext) -> Bool {
        guard !channel.isWritable else { return true }
        context.flush()
        return channel.isWritable
    }
}
