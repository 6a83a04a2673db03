import HTTPTypes
import MusterCore
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Testing

@testable import MusterServer

/// A connection with the server's handlers, a clock that stands still, and nobody who answers.
struct TestConnection {
    let channel = EmbeddedChannel()
    let budget: ArrivalBudget
    let clock: ConnectionClock

    init(
        bodyLimit: Int = 65_536,
        budget bytes: Int = 1_000_000,
        pace: StrangersPace? = nil,
        gauge: MemoryGauge? = nil,
        from address: String? = "127.0.0.1"
    ) throws {
        let budget = ArrivalBudget(bytes)
        self.budget = budget
        let gate = GateLimits(headBytes: 100_000, budget: budget) { error, allocator in
            allocator.buffer(string: "refused: \(error.code.rawValue)")
        }
        let pipeline = channel.pipeline.syncOperations
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderFieldSize = gate.headBytes
        decoder.maxHeaderListSize = gate.headBytes
        decoder.maxHeaderFieldCount = gate.headLines
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withErrorHandling: false,
            withOutboundHeaderValidation: false,
            withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
            withDecoderLimitConfiguration: decoder
        )
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        clock = ConnectionClock(
            arrival: .seconds(30),
            stall: .seconds(30),
            idle: .seconds(60)
        )
        try pipeline.addHandler(
            RequestDeadline(clock, bodyLimit: bodyLimit, gate: gate, gauge: gauge, pace: pace)
        )
        channel.localAddress = try SocketAddress(ipAddress: "127.0.0.1", port: 80)
        // A channel of this kind cannot be connected to nobody; to the other kind of socket is as good.
        let peer =
            try address.map { try SocketAddress(ipAddress: $0, port: 80) }
            ?? SocketAddress(unixDomainSocketPath: "/nobody")
        channel.remoteAddress = peer
        channel.connect(to: peer, promise: nil)
    }

    /// What those who work for its peer are told, and tell.
    var standing: ConnectionStanding {
        get throws { try #require(ConnectionStandings.shared[channel]) }
    }

    /// Receives bytes, and wants more.
    func receive(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
        channel.read()
    }

    /// The parts that have reached the router since the last call.
    func parts() throws -> [HTTPRequestPart] {
        var parts: [HTTPRequestPart] = []
        while let part = try channel.readInbound(as: HTTPRequestPart.self) { parts.append(part) }
        return parts
    }

    /// How many requests have reached the router since the last call.
    func heads() throws -> Int {
        try parts().count { if case .head = $0 { true } else { false } }
    }

    /// Writes an answer, which nobody has taken before it is flushed.
    func answer(_ body: String = "") {
        channel.write(
            HTTPResponsePart.head(
                HTTPResponse(status: .ok, headerFields: [.contentLength: "\(body.utf8.count)"])
            ),
            promise: nil
        )
        channel.write(HTTPResponsePart.body(ByteBuffer(string: body)), promise: nil)
        channel.write(HTTPResponsePart.end(nil), promise: nil)
    }

    /// What has gone out since the last call.
    func sent() throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
            text += String(buffer: bytes)
        }
        return text
    }

    func pass(_ seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }
}
