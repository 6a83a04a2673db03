import MusterCore
import NIOCore
import Synchronization

/// A connection's first handler: starts the clock with a request's first byte, sees what the peer takes and when
/// it goes, keeps what the layers below hold for it small, and lets a stranger read at its pace.
final class ConnectionEdge: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// How many bytes wait for a peer before nothing more is written, and how few they are before it goes on.
    private static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 4096, high: 8192)

    private let clock: ConnectionClock
    private let gauge: MemoryGauge?
    private let standing: ConnectionStanding
    private let gate: RequestGate
    private var turn: ConnectionTurn?
    private var place: PipelinePlace?
    /// Where a connection was counted; nil while it is not.
    private var counted: (place: ConnectionPlace, shares: ConnectionShares)?

    init(
        _ clock: ConnectionClock,
        gauge: MemoryGauge?,
        standing: ConnectionStanding,
        gate: RequestGate
    ) {
        self.clock = clock
        self.gauge = gauge
        self.standing = standing
        self.gate = gate
    }

    func handlerAdded(context: ChannelHandlerContext) {
        ConnectionStandings.shared.enter(standing, context.channel)
        let place = PipelinePlace(context)
        self.place = place
        turn = ConnectionTurn(standing, on: context.eventLoop) { place.context?.read() }
        gate.turn = turn
        gauge?.connections.add(1, ordering: .relaxed)
        clock.start(context)
        if context.channel.isActive { enter(context) }
        context.channel.readSparingly()
        try? context.channel.syncOptions?.setOption(.writeBufferWaterMark, value: Self.waterMark)
    }

    func channelActive(context: ChannelHandlerContext) {
        enter(context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        gauge?.connections.subtract(1, ordering: .relaxed)
        counted.map { $0.shares.leave($0.place) }
        counted = nil
        clock.place = nil
        clock.end()
        leave()
        ConnectionStandings.shared.leave(context.channel)
        place?.context = nil
        place = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        clock.received()
        measure { context.fireChannelRead(data) }
    }

    /// Over TLS it is now that a request is seen.
    func channelReadComplete(context: ChannelHandlerContext) {
        measure { context.fireChannelReadComplete() }
    }

    private func measure(_ look: () -> Void) {
        if let turn { turn.measure(look) } else { look() }
    }

    func read(context: ChannelHandlerContext) {
        if turn?.mayRead() ?? true { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        clock.sending(unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        clock.notePending(context.pendingBytes)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        clock.end()
        leave()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            turn?.ended()
            standing.leave()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        switch event {
        case let event as CallerJudged:
            standing.judge(isKnown: event.isKnown, at: context.eventLoop.now)
            clock.judged()
            if event.isKnown { turn?.proved() }
        case let event as AnswerLimit:
            clock.limitAnswer(event)
        default:
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
    }

    /// Counts the connection for where it comes from, and ends it where that has too many.
    private func enter(_ context: ChannelHandlerContext) {
        let address = context.remoteAddress.flatMap(IPAddress.init(socket:))
        if address == nil, context.hasInternetAddress {
            // The peer ended it before it was taken in. What was sent shall not be done: nobody could say from where.
            context.close(promise: nil)
            return
        }
        turn?.enter(from: address)
        standing.enter(from: address)
        guard counted == nil, let shares = gauge?.shares else { return }
        let (loop, edge) = (context.eventLoop, NIOLoopBound(self, eventLoop: context.eventLoop))
        let place = shares.enter(address) { loop.execute { edge.value.giveWay() } }
        if let place {
            counted = (place, shares)
            clock.place = place
        } else {
            context.close(promise: nil)
        }
    }

    /// Ends the connection, whose place somebody else has got.
    private func giveWay() {
        // Past TLS, which would wait for its peer.
        place?.context?.close(promise: nil)
    }

    private func leave() {
        turn?.leave()
        standing.leave()
    }
}

/// Where a handler stands in its connection's pipeline, for those who come back to it later; nowhere once it has been removed.
///
/// They hold this and no weak reference to the handler, which is taken and let go of many times for each request: once there was
/// a weak reference to an object, that takes four times as long.
private final class PipelinePlace {
    var context: ChannelHandlerContext?

    init(_ context: ChannelHandlerContext) {
        self.context = context
    }
}

extension ChannelHandlerContext {
    /// Whether this end of the connection has an address of the internet, so that the other has to have one.
    fileprivate var hasInternetAddress: Bool {
        switch localAddress?.protocol {
        case .inet, .inet6: true
        default: false
        }
    }
}

extension Channel {
    /// Reads into little room, which the layer below keeps for each connection as long as it lasts.
    func readSparingly() {
        let allocator = AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 1024, maximum: 2048)
        setReading(allocator, messages: 1)
    }

    /// Reads as much at a time as is there, for a long body of somebody who is known.
    func readPlenty() {
        let allocator = AdaptiveRecvByteBufferAllocator(
            minimum: 4096,
            initial: 16_384,
            maximum: 65_536
        )
        setReading(allocator, messages: 4)
    }

    private func setReading(_ allocator: AdaptiveRecvByteBufferAllocator, messages: UInt) {
        // Where these are not to be had, as in a channel of a test, reading stays as it is.
        try? syncOptions?.setOption(.recvAllocator, value: allocator)
        try? syncOptions?.setOption(.maxMessagesPerRead, value: messages)
    }
}
