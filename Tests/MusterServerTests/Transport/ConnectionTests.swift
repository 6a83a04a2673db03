import HTTPTypes
import MusterCore
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Synchronization
import Testing

@testable import MusterServer

@Suite("Connections")
struct ConnectionTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test("a connection that its peer ended before it was taken in is closed unread")
    func nobodyThere() throws {
        let connection = try TestConnection(from: nil)
        connection.pass(1)
        #expect(!connection.channel.isActive)
        #expect(try TestConnection().channel.isActive)
    }

    // MARK: Slow readers

    @Test("an answer that nobody reads ends the connection after thirty seconds without progress")
    func stall() throws {
        let connection = try TestConnection()
        try connection.receive(Self.get)
        connection.answer(String(repeating: "a", count: 1000))
        connection.pass(30)
        #expect(connection.channel.isActive, "the clock has only just seen it")
        connection.pass(30)
        #expect(!connection.channel.isActive)
    }

    @Test("an answer that is taken bit by bit does not, however long it takes")
    func progress() throws {
        let connection = try TestConnection()
        try connection.receive(Self.get)
        for _ in 0..<20 {
            connection.channel.write(
                HTTPResponsePart.head(HTTPResponse(status: .continue)),
                promise: nil
            )
            connection.pass(29)
            connection.channel.flush()
        }
        #expect(connection.channel.isActive)
    }

    @Test("an answer that the server takes long for does not end the connection")
    func work() throws {
        let connection = try TestConnection()
        try connection.receive(Self.get)
        connection.pass(600)
        #expect(connection.channel.isActive)
        connection.answer()
        connection.channel.flush()
        connection.pass(120)
        #expect(!connection.channel.isActive, "idle")
    }

    @Test("an answer with no way out counts from the moment when nothing more could be written")
    func unwritable() throws {
        let connection = try TestConnection()
        try connection.receive(Self.get)
        connection.pass(15)
        connection.answer(String(repeating: "a", count: 1000))
        connection.channel.isWritable = false
        connection.channel.pipeline.fireChannelWritabilityChanged()
        connection.pass(29)
        #expect(connection.channel.isActive)
        connection.pass(1)
        #expect(!connection.channel.isActive)
    }

    @Test(
        "a body that comes 400 s after its head finds no connection, and nothing is made of it",
        arguments: ["POST /users", "PATCH /activelogic/v1/users/2", "PUT /session/chpasswd"]
    )
    func lateBody(_ call: String) throws {
        let connection = try TestConnection()
        try connection.receive("\(call) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n")
        #expect(try connection.heads() == 1)
        connection.pass(29)
        #expect(connection.channel.isActive)
        connection.pass(400 - 29)
        #expect(!connection.channel.isActive, "a request has thirty seconds to arrive")
        try? connection.receive("{}")
        let late = try connection.parts().filter { if case .head = $0 { false } else { true } }
        #expect(late.isEmpty, "neither its body nor its end has reached anybody")
    }

    // MARK: Long bodies

    private func long() throws -> TestConnection {
        let connection = try TestConnection(bodyLimit: 1000)
        try connection.receive(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
        )
        connection.channel.triggerUserOutboundEvent(LongBody(), promise: nil)
        return connection
    }

    @Test("a long body that brings a whole line now and then may take any time")
    func lines() throws {
        let connection = try long()
        for _ in 0..<50 {
            try connection.receive("{\"a\":")
            connection.pass(14)
            try connection.receive("1}\n\n")
            connection.pass(14)
        }
        #expect(connection.channel.isActive)
    }

    @Test(
        "a long body without a whole line with something on it ends after thirty seconds",
        arguments: ["\n", " \r\n", "a", "\t", "\r"]
    )
    func trickle(_ text: String) throws {
        let connection = try long()
        try connection.receive("{}\n")
        connection.pass(20)
        try connection.receive(text)
        #expect(connection.channel.isActive)
        connection.pass(20)
        #expect(connection.channel.isActive == false)
    }

    @Test("time in which the server does not want a long body does not count")
    func busy() throws {
        let connection = try long()
        try connection.channel.writeInbound(ByteBuffer(string: "\n"))
        connection.pass(300)
        #expect(connection.channel.isActive)
        connection.channel.read()
        connection.pass(60)
        #expect(!connection.channel.isActive)
    }

    @Test("progress of lines is found wherever they are cut")
    func lineProgress() {
        let cases: [(parts: [String], counts: [Bool])] = [
            (["a\n"], [true]), (["\n\n\n"], [false]), ([" a", "\n"], [false, true]),
            (["\n\na\n\n"], [true]), (["a\n b"], [true]), (["a\nb", "\n"], [true, true]),
            (["a\n ", "\n"], [true, false]), (["\r", "\n"], [false, false]), ([""], [false]),
            (["\nab", "c", "\n\n", "\n"], [false, false, true, false]),
        ]
        for (parts, counts) in cases {
            var lines = LineProgress()
            #expect(parts.map { lines.take(ByteBuffer(string: $0)) } == counts, "\(parts)")
        }
    }

    // MARK: What waits for its turn

    @Test("a request waits as bytes until the one before it is answered")
    func pipelined() throws {
        let connection = try TestConnection()
        let other =
            "GET /other HTTP/1.1\r\nHost: a\r\nX-Filler: \(String(repeating: "a", count: 80))\r\n\r\n"
        try connection.receive(String(repeating: other, count: 20))
        #expect(try connection.heads() == 1)
        for _ in 0..<19 {
            connection.answer()
            #expect(try connection.heads() == 1)
        }
        connection.answer()
        #expect(try connection.heads() == 0)
    }

    @Test("however small requests are, few of them are found ahead of their turn")
    func small() throws {
        let connection = try TestConnection()
        try connection.receive(String(repeating: "GET / HTTP/1.1\r\n\r\n", count: 500))
        #expect(try (1...5).contains(connection.heads()))
    }

    @Test("who has sent too much ahead of its turn is dropped")
    func ahead() throws {
        let connection = try TestConnection()
        try connection.receive(Self.get)
        try connection.receive(String(repeating: Self.get, count: 1000))
        #expect(connection.channel.isActive)
        try? connection.receive(String(repeating: Self.get, count: 2000))
        #expect(!connection.channel.isActive)
    }

    @Test("the end of what a peer sends is told after what it has sent")
    func end() throws {
        let connection = try TestConnection()
        try connection.receive(Self.get)
        try connection.receive(Self.get)
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(try connection.heads() == 1)
        connection.answer()
        #expect(try connection.heads() == 1)
    }

    @Test("what waits for its turn is not late")
    func waiting() throws {
        let connection = try TestConnection()
        try connection.receive(Self.get)
        try connection.receive("GET / HTTP/1.1\r\n")
        connection.pass(300)
        #expect(connection.channel.isActive)
        connection.answer()
        connection.channel.flush()
        connection.pass(29)
        #expect(connection.channel.isActive)
        connection.pass(60)
        #expect(!connection.channel.isActive)
    }

    @Test("of a body in very small chunks one part is made")
    func parts() throws {
        let connection = try TestConnection()
        try connection.receive(
            Self.chunked + String(repeating: "1\r\na\r\n", count: 300) + "0\r\n\r\n"
        )
        let parts = try connection.parts()
        guard parts.count == 3, case .body(let body) = parts[1] else {
            Issue.record("\(parts.count) parts")
            return
        }
        #expect(body.readableBytes == 300)
    }

    @Test("nothing is read after a connection's last request")
    func last() throws {
        for line in [
            "Connection: close", "Connection: Upgrade\r\nUpgrade: x",
            "Transfer-Encoding: gzip, chunked\r\nContent-Type: a",
        ] {
            let connection = try TestConnection()
            let isChunked = line.contains("chunked")
            try connection.receive(
                "POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n" + (isChunked ? "0\r\n\r\n" : "")
            )
            #expect(try connection.heads() == 1)
            try connection.receive(Self.get)
            connection.answer()
            connection.channel.flush()
            #expect(try connection.heads() == 0, "\(line)")
        }
    }

    // MARK: Heads and chunks without end

    @Test("a head for which there is no room is refused, and a usual one goes in")
    func spent() throws {
        let connection = try TestConnection(budget: 20_000)
        #expect(connection.budget.take(10_000, for: .stranger))
        try connection.receive(Self.get)
        #expect(try connection.heads() == 1)
        connection.answer()
        connection.channel.flush()
        _ = try connection.sent()
        try connection.receive("GET /\(String(repeating: "a", count: 8000))")
        #expect(try connection.sent() == "refused: server.overloaded")
    }

    @Test("room that a head has taken is given back with its answer, or with the connection")
    func givenBack() throws {
        let connection = try TestConnection()
        let head = "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 20_000))\r\n"
        try connection.receive(head + "\r\n")
        #expect(connection.budget.bytes > 0)
        connection.answer()
        #expect(connection.budget.bytes == 0)
        try connection.receive(head)
        #expect(connection.budget.bytes > 0)
        _ = try? connection.channel.finish()
        #expect(connection.budget.bytes == 0)
    }

    @Test("chunks of a little body and very much else end the connection")
    func extensions() throws {
        let connection = try TestConnection()
        try connection.receive(Self.chunked + "1;")
        for _ in 0..<16 { try? connection.receive(String(repeating: "a", count: 1000)) }
        #expect(connection.channel.isActive)
        for _ in 0..<4 { try? connection.receive(String(repeating: "a", count: 1000)) }
        #expect(!connection.channel.isActive)
    }

    @Test("chunks of one byte with a short word each are borne")
    func shortExtensions() throws {
        let connection = try TestConnection()
        try connection.receive(Self.chunked)
        for _ in 0..<200 {
            try connection.receive(String(repeating: "1;ab=cd\r\na\r\n", count: 100))
        }
        #expect(connection.channel.isActive)
    }

    // MARK: Peers who go

    @Test("whoever works for a peer is told when it closes its side, or when the connection ends")
    func gone() throws {
        for isReset in [true, false] {
            let connection = try TestConnection()
            let flag = Flag()
            try connection.standing.whenGone { flag.raise() }
            #expect(!flag.isRaised)
            if isReset {
                _ = try? connection.channel.finish()
            } else {
                connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            }
            #expect(flag.isRaised)
        }
    }

    @Test("whoever begins when the peer has gone is told at once, and who is done is not told")
    func late() throws {
        let connection = try TestConnection()
        let (first, second) = (Flag(), Flag())
        let standing = try connection.standing
        standing.whenGone { first.raise() }
        standing.forget()
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        standing.whenGone { second.raise() }
        #expect(!first.isRaised && second.isRaised)
    }

    @Test("a connection's standing is found by its channel as long as it lasts")
    func standing() throws {
        let connection = try TestConnection()
        let standing = try connection.standing
        #expect(standing.judge(isKnown: true, at: .now()))
        #expect(!standing.judge(isKnown: true, at: .now()), "the event loop need not be told again")
        #expect(standing.judge(isKnown: false, at: .now()))
        #expect(standing.address == IPAddress("127.0.0.1"))
        _ = try? connection.channel.finish()
        #expect(ConnectionStandings.shared[connection.channel] == nil)
        #expect(
            standing.address == IPAddress("127.0.0.1"),
            "who had connected is known when it has gone"
        )
    }

    @Test("what is to be done for a peer that is gone for good is given up at once")
    func ended() async {
        let standing = ConnectionStanding.ended
        #expect(standing.isEnded)
        #expect(await standing.untilGone { Task.isCancelled })
    }
}

/// Something that happens or does not.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isRaised: Bool { value.load(ordering: .relaxed) }
    func raise() { value.store(true, ordering: .relaxed) }
}
