import NIOCore
import Synchronization

@testable import MusterServer

/// A connection that has a peer and nothing else.
///
/// Only its addresses are ever asked for, and events pass into nothing; everything else ends the test.
final class StubChannel: Channel {
    let remoteAddress: SocketAddress?
    /// What callers were judged to be, in order.
    let judgements = Mutex<[Bool]>([])
    /// In what time answers were said to be over, in order.
    let limits = Mutex<[Duration]>([])

    init(from address: String?, port: Int = 40_000) throws {
        remoteAddress = try address.map { try SocketAddress(ipAddress: $0, port: port) }
    }

    init(_ address: SocketAddress) {
        remoteAddress = address
    }

    var localAddress: SocketAddress? { nil }
    var parent: (any Channel)? { nil }
    var isWritable: Bool { true }
    var isActive: Bool { true }
    var allocator: ByteBufferAllocator { ByteBufferAllocator() }
    var closeFuture: EventLoopFuture<Void> { StubChannel.unasked() }
    var pipeline: ChannelPipeline { StubChannel.unasked() }
    var eventLoop: any EventLoop { StubChannel.unasked() }
    // swift-format-ignore: NoLeadingUnderscores
    var _channelCore: any ChannelCore { StubChannel.unasked() }

    func setOption<Option: ChannelOption>(
        _ option: Option,
        value: Option.Value
    ) -> EventLoopFuture<Void> {
        StubChannel.unasked()
    }

    func getOption<Option: ChannelOption>(_ option: Option) -> EventLoopFuture<Option.Value> {
        StubChannel.unasked()
    }

    func triggerUserOutboundEvent(_ event: any Sendable, promise: EventLoopPromise<Void>?) {
        if let event = event as? CallerJudged {
            judgements.withLock { $0.append(event.isKnown) }
        }
        if let event = event as? AnswerLimit { limits.withLock { $0.append(event.time) } }
        promise?.succeed()
    }

    private static func unasked<Value>() -> Value {
        preconditionFailure("nothing but the addresses of a connection is asked for")
    }
}
