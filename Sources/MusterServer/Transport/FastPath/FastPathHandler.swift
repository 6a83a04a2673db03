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
    private var allocator = ByteBufferAllocator()
    private var head = RequestHead()
    private var boundary = RequestBoundary()
    private var mustFlush = false
    /// Whether the peer takes what is sent, and there is room for more.
    private var isWritable = true
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
        allocator = context.channel.allocator
        isWritable = context.channel.isWritable
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        context.fireChannelWritabilityChanged()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        // Taken out meanwhile: of a property whoever is given it gets a copy.
        var head = RequestHead()
        swap(&head, &self.head)
        while bytes.readableBytes > 0 {
            guard let answer = answer(bytes, &head, context) else { break }
            bytes.moveReaderIndex(forwardBy: head.length)
            clock.arrived()
            context.write(wrapOutboundOut(answer), promise: nil)
            mustFlush = true
        }
        head.forget()
        swap(&head, &self.head)
        guard bytes.readableBytes > 0 else { return }
        clock.received()
        boundary.pass(bytes)
        hasPassed = true
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        let hasAnswered = mustFlush
        if hasAnswered {
            mustFlush = false
            context.flush()
        }
        if hasPassed {
            hasPassed = false
            context.fireChannelReadComplete()
        } else if hasAnswered, boundary.isReached, clock.isQuiet {
            // Later handlers have nothing, and hold nothing back: to ask each of them whether more is wanted, as the channel does
            // otherwise, takes a twentieth of a look-up.
            context.read()
        }
    }

    private func answer(
        _ bytes: ByteBuffer,
        _ head: inout RequestHead,
        _ context: ChannelHandlerContext
    ) -> ByteBuffer? {
        guard boundary.isReached, clock.isQuiet else { return nil }
        guard isTaken(context), head.read(bytes),
            let found = responder.respond(
                to: head,
                from: peer,
                allocator,
                after: credentials
            )
        else { return nil }
        standing.judge(isKnown: found.isKnown, at: clock.latestRead)
        return found.bytes
    }

    /// Whether there is room for an answer, if need be once what waits has been sent.
    private func isTaken(_ context: ChannelHandlerContext) -> Bool {
        if !isWritable { context.flush() }
        return isWritable
    }
}
