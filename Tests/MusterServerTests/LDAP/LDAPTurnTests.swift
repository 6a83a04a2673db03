import LDAPWire
import Logging
import MusterCore
import MusterTesting
import NIOCore
import NIOEmbedded
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Connections of LDAP beside which others are served", .nearStores)
struct LDAPTurnTests {
    /// Counts how often the system would be asked for bytes.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = IOData
        var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    /// Lets some of the loop's time pass with each answer.
    private final class SlowAnswers: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        static let time = TimeAmount.microseconds(200)

        func write(
            context: ChannelHandlerContext,
            data: NIOAny,
            promise: EventLoopPromise<Void>?
        ) {
            (context.eventLoop as? EmbeddedEventLoop)?.advanceTime(by: Self.time)
            context.write(data, promise: promise)
        }
    }

    private let operations: LDAPOperations
    private let caller: Principal
    /// Who has bound, and was disabled since.
    private let lost: Principal
    private let strangers = StrangersPace()
    private let reads = ReadCounter()
    private let channel = EmbeddedChannel()

    init() async throws {
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let test = try await TestDirectory()
        operations = LDAPOperations(test.directory, LDAPSettings(suffix: suffix, version: "1"))
        caller = test.asAdministrator
        var user = try await test.makeUser("jane@example.com")
        lost = try await BindService(test.directory).bind(
            LoginRequest(username: "jane@example.com", password: Secret("Correct-Horse-7")),
            from: TestDirectory.address,
            requestID: TestDirectory.requestID
        )
        user.isEnabled = false
        try await test.overwrite(user)
    }

    private func connect(by caller: Principal? = nil) throws -> LDAPConnection {
        channel.embeddedEventLoop.advanceTime(by: .seconds(5))
        let connection = LDAPConnection(
            operations,
            address: TestDirectory.address,
            tls: nil,
            isSecure: false,
            budget: ArrivalBudget(4 * 1_048_576, body: 65_536),
            pace: strangers,
            refusals: RefusalPace(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        connection.caller = caller
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(connection)
        try pipeline.addHandler(reads, position: .first)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 389), promise: nil)
        return connection
    }

    /// Sends so many messages at once.
    private func send(_ count: Int, _ operation: (inout BERWriter) -> Void) throws {
        var writer = BERWriter()
        for number in 1...count {
            writer.constructed { writer in
                writer.integer(number)
                operation(&writer)
            }
        }
        try channel.writeInbound(ByteBuffer(bytes: writer.bytes))
    }

    /// Asks who the client is.
    private func whoAmI(_ writer: inout BERWriter) {
        writer.constructed(0x77) { writer in
            writer.octets("1.3.6.1.4.1.4203.1.11.3".utf8, tag: BERTag.context(0))
        }
    }

    /// Asks for the schema.
    private func schema(_ writer: inout BERWriter) {
        writer.constructed(0x63) { writer in
            writer.octets("cn=Subschema".utf8)
            for _ in 1...2 { writer.integer(0, tag: BERTag.enumerated) }
            for _ in 1...2 { writer.integer(0) }
            writer.octets([0], tag: 0x01)
            writer.octets("objectClass".utf8, tag: 0x87)
            writer.constructed { writer in
                for name in ["attributeTypes", "objectClasses"] { writer.octets(name.utf8) }
            }
        }
    }

    /// The numbers of those that were answered to their end since the last call, and how many bytes that were.
    private func answered() throws -> (numbers: [Int], bytes: Int) {
        var (numbers, count): ([Int], Int) = ([], 0)
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
            count += bytes.readableBytes
            var reader = BERReader(Array(buffer: bytes)[...])
            while !reader.isAtEnd {
                var message = try reader.constructed()
                let number = try message.integer()
                if message.nextTag != 0x64 { numbers.append(number) }
            }
        }
        return (numbers, count)
    }

    /// Has a caller come elsewhere, and other strangers take what there is.
    private func crowd() {
        let loop = channel.embeddedEventLoop
        strangers.noteCall(at: loop.now)
        strangers.pace(on: loop).took(.milliseconds(500))
        reads.count = 0
    }

    private func pass(_ time: TimeAmount) {
        channel.embeddedEventLoop.advanceTime(by: time)
    }

    @Test("whoever has not bound is read from in its turn while callers are served")
    func stranger() throws {
        _ = try connect()
        crowd()
        channel.read()
        channel.read()
        #expect(reads.count == 0)
        pass(.seconds(5))
        #expect(reads.count == 1)
        _ = try channel.finish()
    }

    @Test("whoever has bound is read from at once, also if it waited, and is a caller to others")
    func known() throws {
        let connection = try connect()
        crowd()
        channel.read()
        connection.caller = caller
        #expect(reads.count == 1)
        channel.read()
        #expect(reads.count == 2)
        pass(.seconds(5))
        #expect(!strangers.isSlow(at: channel.embeddedEventLoop.now))
        try send(1, whoAmI)
        #expect(strangers.isSlow(at: channel.embeddedEventLoop.now))
        _ = try channel.finish()
    }

    @Test("whoever is told that it can no longer come in is read from as a stranger from then on")
    func lostRight() throws {
        let connection = try connect(by: lost)
        #expect(connection.edge.isKnown)
        try send(1, whoAmI)
        #expect(try answered().numbers == [1])
        #expect(!connection.edge.isKnown)
        crowd()
        channel.read()
        #expect(reads.count == 0)
        // A caller may send so much.
        try channel.writeInbound(ByteBuffer(bytes: [0x30, 0x83, 0x01, 0x86, 0xA0]))
        #expect(try answered().numbers == [0])
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("a connection that ends leaves its place in the line")
    func ended() throws {
        _ = try connect()
        crowd()
        channel.read()
        channel.close(promise: nil)
        channel.embeddedEventLoop.run()
        pass(.seconds(5))
        #expect(reads.count == 0)
        #expect(strangers.pace(on: channel.embeddedEventLoop).waiting == 0)
    }

    @Test(
        "of what came at once some is served, and the rest when others had their turn",
        arguments: [false, true]
    )
    func messages(_ isKnown: Bool) throws {
        _ = try connect(by: isKnown ? caller : nil)
        try send(LDAPLimits.turnMessages * 3, whoAmI)
        channel.embeddedEventLoop.run()
        for turn in 0..<3 {
            let first = turn * LDAPLimits.turnMessages + 1
            #expect(try answered().numbers == Array(first..<first + LDAPLimits.turnMessages))
            pass(LoopTurns.turn)
        }
        _ = try channel.finish()
    }

    @Test("of a turn's answers there are some ten thousand bytes, and one answer beyond")
    func bytes() throws {
        _ = try connect()
        try send(1, schema)
        let one = try answered()
        #expect(one.numbers == [1] && one.bytes > 4096)
        try send(50, schema)
        #expect(try answered().bytes < LDAPLimits.turnBytes + one.bytes)
        pass(LoopTurns.turn * 60)
        #expect(try answered().numbers.last == 50)
        _ = try channel.finish()
    }

    @Test(
        "a turn ends when it has taken its share of the loop's time, however little was sent or answered"
    )
    func time() throws {
        _ = try connect(by: caller)
        try channel.pipeline.syncOperations.addHandler(SlowAnswers(), position: .first)
        try send(6, whoAmI)
        #expect(try answered().numbers == [1, 2, 3])
        pass(LoopTurns.turn)
        #expect(try answered().numbers == [4, 5, 6])
        _ = try channel.finish()
    }

    @Test("a stranger goes on with what has come at the pace of strangers, too")
    func pacedRest() throws {
        _ = try connect()
        try send(LDAPLimits.turnMessages * 2, whoAmI)
        #expect(try answered().numbers.count == LDAPLimits.turnMessages)
        crowd()
        pass(LoopTurns.turn * 2)
        #expect(try answered().numbers.isEmpty)
        pass(.seconds(5))
        #expect(try answered().numbers.count == LDAPLimits.turnMessages)
        _ = try channel.finish()
    }

    @Test("those who go on take turns, and come back behind the others")
    func turns() {
        let loop = channel.embeddedEventLoop
        let turns = LoopTurns(loop)
        var done: [Int] = []
        func piece(_ number: Int) {
            done.append(number)
            if done.count < 6 { turns.add { piece(number) } }
        }
        for number in 1...2 { turns.add { piece(number) } }
        loop.run()
        #expect(done.isEmpty)
        loop.advanceTime(by: LoopTurns.turn)
        #expect(done == [1, 2])
        loop.advanceTime(by: LoopTurns.turn * 5)
        #expect(done.prefix(6) == [1, 2, 1, 2, 1, 2])
    }
}
