import LDAPWire
import Logging
import MusterCore
import MusterTesting
import NIOCore
import NIOEmbedded
import StoreTesting
import Testing

@testable import MusterServer

@Suite("What connections of LDAP that ask, take or say nothing come to", .nearStores)
struct LDAPConnectionTests {
    private let operations: LDAPOperations
    private let caller: Principal
    private let budget = ArrivalBudget(4 * 1_048_576, body: 65_536)

    init() async throws {
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let settings = LDAPSettings(suffix: suffix, version: "1")
        let test = try await TestDirectory()
        operations = LDAPOperations(test.directory, settings)
        caller = test.asAdministrator
    }

    private func connection() -> LDAPConnection {
        LDAPConnection(
            operations,
            address: TestDirectory.address,
            tls: nil,
            isSecure: false,
            budget: budget,
            refusals: RefusalPace(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// A connection whose clock stands still, of nobody unless somebody is named.
    private func connect(
        _ before: (any ChannelHandler)? = nil,
        by caller: Principal? = nil
    ) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        let pipeline = channel.pipeline.syncOperations
        if let before { try pipeline.addHandler(before) }
        let connection = connection()
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
        channel.embeddedEventLoop.advanceTime(
            by: LoopTurns.turn * (20_000 / LDAPLimits.turnMessages + 1)
        )
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

    /// Sends the beginning of a message of a megabyte, or of so many bytes.
    private func begin(
        _ bytes: Int,
        of whole: Int = LDAPLimits.callerBytes,
        on channel: EmbeddedChannel
    ) throws {
        let length = whole - 5
        var message = [BERTag.sequence, 0x83]
        message += [16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
        message += Array(repeating: 0, count: bytes - message.count)
        try channel.writeInbound(ByteBuffer(bytes: message))
    }

    @Test(
        "what a long message asks is worked on where lists are made, and a change that is less long"
    )
    func threads() {
        let connection = connection()
        for isChange in [false, true] {
            let most = isChange ? LDAPLimits.quickChangeBytes : LDAPLimits.quickBytes
            connection.caller = nil
            #expect(connection.threads(for: most + 1, isChange: isChange) == nil)
            connection.caller = caller
            #expect(connection.threads(for: most, isChange: isChange) == nil)
            #expect(connection.threads(for: most + 1, isChange: isChange) != nil)
        }
    }

    @Test("before a bind a message has 16 KiB at most")
    func strangers() throws {
        let channel = try connect()
        try begin(100, of: 16_384, on: channel)
        #expect(channel.isActive)
        let other = try connect()
        try begin(100, of: 16_385, on: other)
        #expect(!other.isActive)
        #expect(try answered(on: other) == [0])
        _ = try channel.finish()
    }

    @Test(
        "what has come of messages takes their sender's room, and whoever has none left is told so"
    )
    func room() throws {
        let (first, second) = (try connect(by: caller), try connect(by: caller))
        try begin(300_000, on: first)
        #expect((290_000...300_000).contains(budget.bytes))
        try begin(300_000, on: second)
        #expect(first.isActive && !second.isActive)
        #expect(try answered(on: second) == [0])
        // A question that costs nothing is answered all the same.
        let third = try connect(by: caller)
        try ask(1...1, on: third)
        #expect(try answered(on: third) == [1])
        // Strangers have a room of their own, all together.
        let strangers = try (1...200).map { _ in try connect() }
        for stranger in strangers { try begin(16_000, of: 16_384, on: stranger) }
        #expect(strangers.contains { !$0.isActive } && strangers[0].isActive)
        #expect(budget.bytes <= 3 * 1_048_576)
        for channel in strangers + [first, third] where channel.isActive {
            _ = try channel.finish()
        }
        #expect(budget.bytes == 0)
    }

    @Test(
        "whoever leaves a message unfinished for thirty seconds is told and gone, and whoever goes on with it is not",
        arguments: [false, true]
    )
    func rest(_ isKnown: Bool) throws {
        let channel = try connect(by: isKnown ? caller : nil)
        try begin(100, of: 10_000, on: channel)
        pass(LDAPLimits.rest - 1, on: channel)
        try channel.writeInbound(ByteBuffer(bytes: [0]))
        pass(LDAPLimits.rest - 1, on: channel)
        #expect(channel.isActive)
        pass(1, on: channel)
        #expect(!channel.isActive)
        #expect(try answered(on: channel) == [0])
        #expect(budget.bytes == 0)
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
