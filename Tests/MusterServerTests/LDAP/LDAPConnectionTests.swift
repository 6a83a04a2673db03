import LDAPWire
import Logging
import MusterCore
import MusterTesting
import NIOCore
import NIOEmbedded
import Testing

@testable import MusterServer

@Suite("What connections of LDAP that ask, take or say nothing come to")
struct LDAPConnectionTests {
    private let operations: LDAPOperations
    private let caller: Principal

    init() async throws {
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let settings = LDAPSettings(suffix: suffix, version: "1")
        let test = try await TestDirectory()
        operations = LDAPOperations(test.directory, settings)
        caller = test.asAdministrator
    }

    /// A connection whose clock stands still, of nobody unless somebody is named.
    private func connect(
        _ before: (any ChannelHandler)? = nil,
        by caller: Principal? = nil
    ) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        let pipeline = channel.pipeline.syncOperations
        if let before { try pipeline.addHandler(before) }
        let connection = LDAPConnection(
            operations,
            address: TestDirectory.address,
            tls: nil,
            isSecure: false,
            refusals: RefusalPace(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        connection.caller = caller
        try pipeline.addHandler(connection)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 389), promise: nil)
        return channel
    }

    /// Sends the question who the client is, under some numbers.
    private func ask(_ numbers: ClosedRange<Int>, on channel: EmbeddedChannel) throws {
        var writer = BERWriter()
        for number in numbers {
            writer.constructed { writer in
                writer.integer(number)
                writer.constructed(0x77) { writer in
                    writer.octets("1.3.6.1.4.1.4203.1.11.3".utf8, tag: BERTag.context(0))
                }
            }
        }
        try channel.writeInbound(ByteBuffer(bytes: writer.bytes))
    }

    /// The numbers of what was answered since the last call.
    private func answered(on channel: EmbeddedChannel) throws -> [Int] {
        var numbers: [Int] = []
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
            var reader = BERReader(Array(buffer: bytes)[...])
            while !reader.isAtEnd {
                var message = try reader.constructed()
                numbers.append(try message.integer())
            }
        }
        return numbers
    }

    private func set(_ isWritable: Bool, on channel: EmbeddedChannel) {
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    private func pass(_ seconds: Int64, on channel: EmbeddedChannel) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }

    private func isReading(_ channel: EmbeddedChannel) -> Bool? {
        channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }?.value as? Bool
    }

    @Test(
        "without room for answers no message is served or read, and with it all are, in their order"
    )
    func pressure() throws {
        let channel = try connect()
        try ask(1...2, on: channel)
        #expect(try answered(on: channel) == [1, 2])
        set(false, on: channel)
        try ask(3...5, on: channel)
        #expect(try answered(on: channel).isEmpty)
        #expect(isReading(channel) == false)
        set(true, on: channel)
        #expect(try answered(on: channel) == [3, 4, 5])
        #expect(isReading(channel) == true)
        _ = try channel.finish()
    }

    @Test(
        "answers that fill the room and leave at once are served in a row, and not each inside the one before"
    )
    func depth() throws {
        let channel = try connect(Flicker())
        try ask(1...20_000, on: channel)
        #expect(try answered(on: channel) == Array(1...20_000))
        _ = try channel.finish()
    }

    @Test(
        "a client that takes no answer for thirty seconds is gone, and one that takes some is not"
    )
    func stall() throws {
        // A stranger would be idle before.
        let channel = try connect(by: caller)
        set(false, on: channel)
        pass(LDAPLimits.stall - 1, on: channel)
        #expect(channel.isActive)
        set(true, on: channel)
        set(false, on: channel)
        pass(LDAPLimits.stall - 1, on: channel)
        #expect(channel.isActive)
        pass(1, on: channel)
        #expect(!channel.isActive)
        #expect(try answered(on: channel).isEmpty)
    }

    @Test(
        "whoever asks nothing is told and gone: a stranger after thirty seconds, a caller after ten minutes",
        arguments: [(false, LDAPLimits.strangerIdle), (true, LDAPLimits.callerIdle)]
    )
    func idle(_ isKnown: Bool, _ bound: Int64) throws {
        let channel = try connect(by: isKnown ? caller : nil)
        pass(bound - 1, on: channel)
        try ask(7...7, on: channel)
        #expect(try answered(on: channel) == [7])
        pass(bound - 1, on: channel)
        #expect(channel.isActive)
        #expect(try answered(on: channel).isEmpty)
        pass(LDAPLimits.strangerIdle, on: channel)
        #expect(!channel.isActive)
        // The number of a notice.
        #expect(try answered(on: channel) == [0])
    }

    @Test("a client that does not take the notice of its end is gone after two seconds")
    func farewell() throws {
        let channel = try connect(Holder())
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
        set(true, on: channel)
        pass(LDAPLimits.farewell - 1, on: channel)
        #expect(channel.isActive)
        pass(1, on: channel)
        #expect(!channel.isActive)
    }
}

/// Has no room for each answer, and then again some at once, as a socket that takes all of it.
private final class Flicker: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        for isWritable in [false, true] {
            (context.channel as? EmbeddedChannel)?.isWritable = isWritable
            context.fireChannelWritabilityChanged()
        }
    }
}

/// Sends nothing, as a socket whose other end takes nothing.
private final class Holder: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private var promises: [EventLoopPromise<Void>?] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promises.append(promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        for promise in promises { promise?.fail(ChannelError.ioOnClosedChannel) }
        promises = []
        context.fireChannelInactive()
    }
}
