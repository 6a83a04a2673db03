import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import NIOCore
import NIOEmbedded
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Strangers go slowly while callers are served", .everyStore)
struct StrangersPaceTests {
    private let loop = EmbeddedEventLoop()
    private let strangers = StrangersPace()
    private let pace: LoopPace

    private final class Reader: WaitingReader {
        var isWaiting = true
        var count = 0

        func readNow() {
            isWaiting = false
            count += 1
        }
    }

    init() {
        loop.advanceTime(by: .seconds(5))
        pace = strangers.pace(on: loop)
    }

    /// Lets so many want to read from one network, and returns those who may not yet.
    private func come(_ count: Int, from address: String = "198.51.100.1") -> [Reader] {
        let network = SourceNetwork(of: IPAddress(address))
        return (0..<count).map { _ in Reader() }.filter { !pace.mayRead($0, from: network) }
    }

    @Test("nobody waits while no caller is served")
    func quiet() {
        #expect(come(1000).isEmpty)
    }

    /// Lets callers come for so long, every ten milliseconds.
    private func callersCome(for time: TimeAmount) {
        for _ in 0..<time.nanoseconds / 10_000_000 {
            loop.advanceTime(by: .milliseconds(10))
            strangers.noteCall(at: loop.now)
        }
    }

    /// How many may be read from in this time, at so many shares of it.
    private func readings(in time: TimeAmount, shares: Int64) -> Int {
        Int(
            time.nanoseconds / LoopPace.turn.nanoseconds * shares * LoopPace.share.nanoseconds
                / LoopPace.cost.nanoseconds
        )
    }

    /// Lets callers come for so long, and expects as many of those who wait to be read from as so many shares allow.
    private func expectShares(_ shares: Int64, of waiting: [Reader], in time: TimeAmount) {
        let before = waiting.count { !$0.isWaiting }
        callersCome(for: time)
        let read = waiting.count { !$0.isWaiting } - before
        let expected = readings(in: time, shares: shares)
        #expect(abs(read - expected) <= expected / 20)
    }

    @Test("those who wait a little take the loop's share in all, and no more")
    func share() {
        strangers.noteCall(at: loop.now)
        let waiting = come(10_000)
        #expect(waiting.count > 9990)
        expectShares(1, of: waiting, in: LoopPace.patience)
    }

    @Test("those who wait long take more, half of the loop's time at most")
    func longWait() {
        strangers.noteCall(at: loop.now)
        let waiting = come(20_000)
        callersCome(for: LoopPace.patience * 2)
        let before = waiting.count { !$0.isWaiting }
        #expect(before > readings(in: LoopPace.patience, shares: 3) * 9 / 10)
        #expect(readings(in: .seconds(1), shares: 4) == readings(in: .milliseconds(500), shares: 8))
        expectShares(4, of: waiting, in: .seconds(1))
    }

    @Test("when the long line is gone strangers are back at their share")
    func shareAgain() {
        strangers.noteCall(at: loop.now)
        _ = come(10_000)
        callersCome(for: .seconds(3))
        #expect(pace.waiting == 0)
        _ = come(1)
        callersCome(for: .milliseconds(10))
        let waiting = come(10_000)
        expectShares(1, of: waiting, in: LoopPace.patience)
    }

    @Test("what was long to look at is paid off by waiting, for a twentieth of a second at most")
    func longReading() {
        strangers.noteCall(at: loop.now)
        pace.took(.seconds(10))
        let waiting = come(1)
        loop.advanceTime(by: .milliseconds(45))
        #expect(waiting[0].isWaiting)
        loop.advanceTime(by: .milliseconds(20))
        #expect(!waiting[0].isWaiting)
    }

    @Test("a network of which few come does not wait for one of which many come")
    func networksTakeTurns() {
        strangers.noteCall(at: loop.now)
        _ = come(5000)
        let other = come(1, from: "192.0.2.1")
        loop.advanceTime(by: .milliseconds(2))
        #expect(!other[0].isWaiting)
    }

    @Test("when no caller has come for a while all are read from, some at a time")
    func callersGone() {
        strangers.noteCall(at: loop.now)
        let waiting = come(500)
        loop.advanceTime(by: StrangersPace.courtesy + LoopPace.turn)
        #expect(waiting.allSatisfy { $0.count == 1 })
        #expect(pace.waiting == 0)
        #expect(come(100).isEmpty)
    }

    @Test("those who have gone are neither read from nor kept")
    func gone() {
        strangers.noteCall(at: loop.now)
        let waiting = come(1000)
        for reader in waiting.dropLast() {
            reader.isWaiting = false
            pace.left()
        }
        #expect(pace.waiting < 100)
        loop.advanceTime(by: .milliseconds(1))
        #expect(waiting.last?.count == 1)
        #expect(waiting.dropLast().allSatisfy { $0.count == 0 })
        #expect(pace.waiting == 0)
    }

    @Test("as many newcomers go ahead as callers of their network have earned")
    func ahead() {
        let network = SourceNetwork(of: IPAddress("198.51.100.1"))
        let other = SourceNetwork(of: IPAddress("192.0.2.1"))
        pace.earned(network)
        #expect(!pace.letsAhead(network), "nobody waits while no caller is served")
        strangers.noteCall(at: loop.now)
        #expect(!pace.letsAhead(other))
        #expect((0..<10).count { _ in pace.letsAhead(network) } == NetworkCredit.gain)
        for _ in 0..<1000 { pace.earned(network) }
        #expect((0..<1000).count { _ in pace.letsAhead(network) } == NetworkCredit.most)
    }

    @Test("networks without number are forgotten")
    func manyNetworks() {
        var credit = NetworkCredit()
        let networks = (0...NetworkCredit.mostNetworks).map {
            SourceNetwork(of: IPAddress("10.0.\($0 / 256).\($0 % 256)"))
        }
        for network in networks { credit.earn(for: network) }
        let kept = networks.filter { credit.take(of: $0) }
        #expect(kept == networks.suffix(1))
    }

    @Test("each event loop has one pace")
    func onePaceEach() {
        #expect(strangers.pace(on: loop) === pace)
        #expect(strangers.pace(on: EmbeddedEventLoop()) !== pace)
    }
}

@Suite("Connections of strangers and callers", .everyStore)
struct PacedConnectionTests {
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = IOData
        var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    private let strangers = StrangersPace()
    private let reads = ReadCounter()
    private let connection: TestConnection

    init() throws {
        connection = try TestConnection(pace: strangers)
        connection.pass(5)
        let pipeline = connection.channel.pipeline.syncOperations
        try pipeline.addHandler(reads, position: .first)
    }

    /// Has a caller come elsewhere, and other strangers take what there is.
    private func crowd() {
        let loop = connection.channel.embeddedEventLoop
        strangers.noteCall(at: loop.now)
        strangers.pace(on: loop).took(.milliseconds(500))
        reads.count = 0
    }

    @Test("a stranger's bytes are left where they are until it is their turn")
    func stranger() {
        crowd()
        connection.channel.read()
        connection.channel.read()
        #expect(reads.count == 0)
        connection.pass(5)
        #expect(reads.count == 1)
    }

    @Test("who turns out to be known is read from at once, and from then on")
    func known() {
        crowd()
        connection.channel.read()
        connection.channel.triggerUserOutboundEvent(CallerJudged(isKnown: true), promise: nil)
        #expect(reads.count == 1)
        connection.channel.read()
        #expect(reads.count == 2)
    }

    @Test("who is known no more waits like everybody")
    func knownNoMore() {
        connection.channel.triggerUserOutboundEvent(CallerJudged(isKnown: true), promise: nil)
        connection.channel.triggerUserOutboundEvent(CallerJudged(isKnown: false), promise: nil)
        crowd()
        connection.channel.read()
        #expect(reads.count == 0)
    }

    private var pace: LoopPace { strangers.pace(on: connection.channel.embeddedEventLoop) }
    private var network: SourceNetwork { SourceNetwork(of: IPAddress("127.0.0.1")) }

    @Test("a newcomer from where a caller has come is read from at once")
    func newcomer() {
        crowd()
        pace.earned(network)
        for _ in 0..<Newcomer.readings { connection.channel.read() }
        #expect(reads.count == Newcomer.readings)
        connection.channel.read()
        #expect(reads.count == Newcomer.readings)
    }

    @Test("what a newcomer takes is the strangers' part if it is one", arguments: [true, false])
    func newcomerJudged(isKnown: Bool) {
        strangers.noteCall(at: connection.channel.embeddedEventLoop.now)
        reads.count = 0
        pace.earned(network)
        for _ in 0..<Newcomer.readings { connection.channel.read() }
        if isKnown {
            connection.channel.triggerUserOutboundEvent(
                CallerJudged(isKnown: true),
                promise: nil
            )
        } else {
            connection.channel.read()
            #expect(reads.count == Newcomer.readings)
        }
        let next = WaitingOne()
        #expect(pace.mayRead(next, from: network) == isKnown)
        #expect(pace.letsAhead(network), "one is left of two")
        #expect(pace.letsAhead(network) == isKnown, "a caller brings two more")
    }

    private final class WaitingOne: WaitingReader {
        let isWaiting = true

        func readNow() {}
    }

    @Test("a connection that ends leaves its place in the line")
    func ended() {
        crowd()
        connection.channel.read()
        connection.channel.close(promise: nil)
        connection.channel.embeddedEventLoop.run()
        connection.pass(5)
        #expect(reads.count == 0)
        #expect(strangers.pace(on: connection.channel.embeddedEventLoop).waiting == 0)
    }

    private static func fields(_ keys: APIKeyPair) -> HTTPFields {
        let value = keys.secretKey.withExposedValue {
            "accessKey=\(keys.accessKey); secretKey=\($0)"
        }
        return HTTPFields([HTTPField(name: .xAPIKeys, value: value)])
    }

    @Test("each request tells whether its caller is known, before its body is read")
    func judged() async throws {
        let test = try await TestDirectory()
        let server = TestServer(test)
        let channel = try StubChannel(from: "192.0.2.1")
        let fields = Self.fields(test.administratorKeys)
        let wrong = HTTPFields([HTTPField(name: .xAPIKeys, value: "accessKey=0; secretKey=0")])
        let body = RequestBody(buffer: ByteBuffer(string: "{}"))
        for (path, fields) in [
            ("/users", fields), ("/users", wrong), ("/users", fields), ("/session", fields),
            ("/users", HTTPFields()),
        ] {
            _ = try await server.send(.post, path, fields: fields, content: body, on: channel)
        }
        #expect(channel.judgements.withLock(\.self) == [true, false, true, false, false])
    }

    @Test("a request that no route takes is a stranger's, whoever sends it")
    func withoutRoute() async throws {
        let test = try await TestDirectory()
        let server = TestServer(test)
        let channel = try StubChannel(from: "192.0.2.1")
        for (method, path) in [
            (HTTPRequest.Method.get, "/nothing-here"), (.put, "/healthz"), (.get, "/users/"),
        ] {
            let response = try await server.send(
                method,
                path,
                fields: Self.fields(test.administratorKeys),
                content: RequestBody(buffer: ByteBuffer()),
                on: channel
            )
            #expect([404, 405].contains(response.status.code))
        }
        #expect(channel.judgements.withLock(\.self) == [false, false, false])
    }
}
