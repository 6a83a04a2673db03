import MusterCore
import NIOCore
import NIOEmbedded
import Testing

@testable import MusterServer

@Suite("Requests that strangers and callers have sent ahead")
struct PacedRequestTests {
    private final class WaitingOne: WaitingReader {
        let isWaiting = true

        func readNow() {}
    }

    private static let get =
        "GET /server/status HTTP/1.1\r\nHost: a\r\nX-Filler: \(String(repeating: "a", count: 40))\r\n\r\n"

    private let strangers = StrangersPace()
    private let connection: TestConnection

    init() throws {
        connection = try TestConnection(pace: strangers)
        connection.pass(5)
    }

    private var loop: EmbeddedEventLoop { connection.channel.embeddedEventLoop }
    private var pace: LoopPace { strangers.pace(on: loop) }
    private var network: SourceNetwork { SourceNetwork(of: IPAddress("127.0.0.1")) }

    /// Has a caller come elsewhere, and other strangers take what there is for a twentieth of a second.
    private func crowd() {
        strangers.noteCall(at: loop.now)
        pace.took(.milliseconds(500))
    }

    @Test("of a stranger's one is looked at in each of its turns, although all were read at once")
    func stranger() throws {
        try connection.receive(String(repeating: Self.get, count: 5))
        #expect(try connection.heads() == 1)
        for _ in 2...5 {
            crowd()
            connection.answer()
            #expect(try connection.heads() == 0)
            loop.advanceTime(by: .milliseconds(20))
            #expect(try connection.heads() == 0)
            loop.advanceTime(by: .milliseconds(100))
            #expect(try connection.heads() == 1)
        }
        connection.answer()
        loop.advanceTime(by: .milliseconds(100))
        #expect(try connection.heads() == 0)
    }

    @Test("while no caller is served they follow each other")
    func quiet() throws {
        try connection.receive(String(repeating: Self.get, count: 5))
        for _ in 1...5 {
            #expect(try connection.heads() == 1)
            connection.answer()
        }
    }

    @Test("a caller's are looked at as fast as they are answered, also if one waited for its turn")
    func caller() throws {
        try connection.receive(String(repeating: Self.get, count: 5))
        #expect(try connection.heads() == 1)
        crowd()
        connection.answer()
        #expect(try connection.heads() == 0)
        connection.channel.triggerUserOutboundEvent(CallerJudged(isKnown: true), promise: nil)
        for _ in 2...5 {
            #expect(try connection.heads() == 1)
            crowd()
            connection.answer()
        }
    }

    @Test("what was sent before the sender closed its side is still looked at, in its turn")
    func closed() throws {
        try connection.receive(Self.get + Self.get)
        #expect(try connection.heads() == 1)
        crowd()
        connection.answer()
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(try connection.heads() == 0)
        loop.advanceTime(by: .milliseconds(100))
        #expect(try connection.heads() == 1)
    }

    @Test("of a connection that has ended nothing waits for a turn")
    func ended() throws {
        try connection.receive(Self.get + Self.get)
        crowd()
        connection.answer()
        connection.channel.close(promise: nil)
        loop.run()
        loop.advanceTime(by: .milliseconds(100))
        #expect(try connection.heads() == 1, "the first")
        #expect(pace.waiting == 0)
    }

    @Test("short ones that are found together are reckoned one by one")
    func together() throws {
        strangers.noteCall(at: loop.now)
        try connection.receive(String(repeating: "GET / HTTP/1.1\r\n\r\n", count: 4))
        #expect(try connection.heads() == 4)
        #expect(!pace.mayRead(WaitingOne(), from: network))
    }
}
