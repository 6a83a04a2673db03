import MusterCore
import NIOCore
import Synchronization

/// What is to be done when a connection's peer goes away; nil for nothing any more.
///
/// It is triggered on the channel by whoever works for the peer: the peer has gone when it has closed its side,
/// or the connection has ended.
struct WhenGone: Sendable {
    let action: (@Sendable () -> Void)?
}

/// A connection's first handler: starts the clock with a request's first byte, sees what the peer takes and when
/// it goes, and keeps what the layers below hold for it small.
final class ConnectionEdge: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// How many bytes wait for a peer before nothing more is written, and how few they are before it goes on.
    private static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 4096, high: 8192)

    private let clock: ConnectionClock
    private let gauge: MemoryGauge?
    private var whenGone: (@Sendable () -> Void)?
    private var isGone = false
    /// From where a connection was counted; nil while it is not.
    private var counted: (address: IPAddress?, shares: ConnectionShares)?

    init(_ clock: ConnectionClock, gauge: MemoryGauge?) {
        self.clock = clock
        self.gauge = gauge
    }

    func handlerAdded(context: ChannelHandlerContext) {
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
        counted.map { $0.shares.leave($0.address) }
        counted = nil
        clock.end()
        leave()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        clock.received()
        context.fireChannelRead(data)
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
        if case .inputClosed? = event as? ChannelEvent { leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard let event = event as? WhenGone else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        if isGone { event.action?() } else { whenGone = event.action }
        promise?.succeed()
    }

    /// Counts the connection for where it comes from, and ends it where that has too many.
    private func enter(_ context: ChannelHandlerContext) {
        guard counted == nil, let shares = gauge?.shares else { return }
        let address = context.remoteAddress.flatMap(IPAddress.init(socket:))
        if shares.enter(address) {
            counted = (address, shares)
        } else {
            context.close(promise: nil)
        }
    }

    private func leave() {
        isGone = true
        whenGone?()
        whenGone = nil
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

    /// Does some work that is to be cancelled when the peer goes away.
    ///
    /// Only what waits can be cancelled, as a password that waits to be hashed; what was handed to the store is
    /// done to its end.
    func untilGone<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let task = Task { try await work() }
        triggerUserOutboundEvent(WhenGone { task.cancel() }, promise: nil)
        defer { triggerUserOutboundEvent(WhenGone(action: nil), promise: nil) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
