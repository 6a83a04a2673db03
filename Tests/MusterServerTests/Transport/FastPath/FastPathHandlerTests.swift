import MusterCore
import MusterTesting
import NIOCore
import NIOEmbedded
import NIOHTTP1
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Answers in front of the parser", .nearStores)
struct FastPathHandlerTests {
    private let channel = EmbeddedChannel()
    private let strangers = StrangersPace()
    private let standing: ConnectionStanding
    private let clock: ConnectionClock
    private let get: String

    init() async throws {
        let test = try await TestDirectory()
        let server = TestServer(test)
        let keys = test.administratorKeys
        get = keys.secretKey.withExposedValue {
            "GET /users/2 HTTP/1.1\r\nHost: a\r\nX-APIKeys: accessKey=\(keys.accessKey);secretKey=\($0)\r\n\r\n"
        }
        standing = ConnectionStanding(strangers)
        clock = ConnectionClock(arrival: .seconds(30), stall: .seconds(30), idle: .seconds(60))
        try channel.pipeline.syncOperations.addHandlers([
            FastPathHandler(server.immediate, clock: clock, standing: standing),
            HTTPResponseEncoder(),
            ByteToMessageHandler(HTTPRequestDecoder()),
            PendingResponses(clock),
        ])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 80), promise: nil)
    }

    private static let post = "POST /users HTTP/1.1\r\nContent-Length: 2\r\n\r\n"

    private func receive(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    /// How many answers have gone out since the last call.
    private func answers() throws -> Int {
        var count = 0
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
            count += String(buffer: bytes).hasPrefix("HTTP/1.1 200 OK\r\n") ? 1 : 0
        }
        return count
    }

    /// How many requests have reached the router since the last call.
    private func passed() throws -> Int {
        var count = 0
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .head = part { count += 1 }
        }
        return count
    }

    private func answerFromRouter() throws {
        let head = HTTPResponseHead(
            version: .http1_1,
            status: .ok,
            headers: ["Content-Length": "0"]
        )
        try channel.writeOutbound(HTTPServerResponsePart.head(head))
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
    }

    @Test("a plain question is answered and goes no further")
    func plain() throws {
        try receive(get)
        #expect(try answers() == 1)
        #expect(try passed() == 0)
    }

    @Test("the caller of a connection is known as long as its credentials are good")
    func standingOfTheCaller() throws {
        #expect(!standing.isKnown)
        try receive(get)
        #expect(standing.isKnown)
        try receive(get.replacing("secretKey=", with: "secretKey=0"))
        #expect(!standing.isKnown)
        try receive(get.replacing("/users/2 ", with: "/users/2000 "))
        #expect(standing.isKnown)
    }

    @Test("strangers go slowly from a caller's question on, however slowly its handshake came")
    func slowGreeting() throws {
        let gate = RequestGate(clock, GateLimits(headBytes: 1000, budget: ArrivalBudget(1000)))
        let edge = ConnectionEdge(clock, gauge: nil, standing: standing, gate: gate)
        try channel.pipeline.syncOperations.addHandler(edge, position: .first)
        let loop = channel.embeddedEventLoop
        loop.advanceTime(by: .seconds(5))
        // As bytes of TLS do that are no request yet.
        clock.received()
        loop.advanceTime(by: .seconds(5))
        try receive(get)
        #expect(try answers() == 1)
        #expect(strangers.isSlow(at: loop.now))
        _ = try channel.finish()
    }

    @Test("several in one piece are answered one after the other, and what follows goes on")
    func pipelined() throws {
        try receive(get + get + get + Self.post + "{}")
        #expect(try answers() == 3)
        #expect(try passed() == 1)
    }

    @Test("a question after a request that is not answered yet goes to the router, too")
    func order() throws {
        try receive(Self.post)
        try receive("{}")
        try receive(get)
        #expect(try answers() == 0)
        #expect(try passed() == 2)
        try answerFromRouter()
        try answerFromRouter()
        #expect(try answers() == 2)
        try receive(get)
        #expect(try answers() == 1)
        #expect(try passed() == 0)
    }

    @Test("after a question that is answered more is read, and later handlers are not asked")
    func reading() throws {
        let reads = ReadCounter()
        try channel.pipeline.syncOperations.addHandler(reads, position: .first)
        try receive(get)
        #expect(reads.count == 1)
        try receive(get + get)
        #expect(reads.count == 2)
        try receive(get + Self.post)
        #expect(reads.count == 2)
        try receive("{}")
        try receive(get)
        #expect(reads.count == 2)
        try answerFromRouter()
        try answerFromRouter()
        try receive(get)
        #expect(reads.count == 3)
    }

    @Test("a question that stands in a body is no question")
    func body() throws {
        try receive("PUT /users/2 HTTP/1.1\r\nContent-Length: \(get.utf8.count)\r\n\r\n")
        try receive(get)
        #expect(try answers() == 0)
        #expect(try passed() == 1)
        try answerFromRouter()
        #expect(try answers() == 1)
        try receive(get)
        #expect(try answers() == 1)
    }

    @Test("a question in pieces goes to the router, and so does all after it")
    func pieces() throws {
        try receive(String(get.prefix(20)))
        try receive(String(get.dropFirst(20)))
        try answerFromRouter()
        #expect(try answers() == 1)
        try receive(get)
        #expect(try answers() == 0)
        #expect(try passed() == 2)
    }

    @Test(
        "after what the parser refuses nothing is answered",
        arguments: [
            "FOO /x HTTP/1.1\r\n\r\n", "get /x HTTP/1.1\r\n\r\n", "\0\r\n\r\n",
            "GET / HTTP/9\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        ]
    )
    func refused(_ text: String) throws {
        #expect(throws: (any Error).self) { try receive(text) }
        _ = try? receive(get)
        #expect(try answers() == 0)
    }
}

/// Counts how often more is asked for.
private final class ReadCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private(set) var count = 0

    func read(context: ChannelHandlerContext) {
        count += 1
        context.read()
    }
}
