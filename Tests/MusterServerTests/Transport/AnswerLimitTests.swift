import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import MusterServer

@Suite("The time that an answer has")
struct AnswerLimitTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("it ends the connection when it is over, however steadily the answer is taken")
    func limit() throws {
        let connection = try TestConnection()
        connection.channel.triggerUserOutboundEvent(AnswerLimit(.seconds(1)), promise: nil)
        try connection.receive(Self.get)
        connection.channel.triggerUserOutboundEvent(AnswerLimit(.seconds(100)), promise: nil)
        for second in [25, 50, 75, 99] as [Int64] {
            connection.channel.write(
                HTTPResponsePart.head(HTTPResponse(status: .continue)),
                promise: nil
            )
            connection.pass(second == 99 ? 24 : 25)
            connection.channel.flush()
            #expect(connection.channel.isActive, "after \(second) s")
        }
        connection.pass(1)
        #expect(!connection.channel.isActive)
    }

    @Test("it is none of the next answer")
    func nextAnswer() throws {
        let connection = try TestConnection()
        try connection.receive(Self.get)
        connection.channel.triggerUserOutboundEvent(AnswerLimit(.seconds(40)), promise: nil)
        connection.answer()
        connection.channel.flush()
        try connection.receive(Self.get)
        connection.pass(600)
        #expect(connection.channel.isActive)
    }

    @Test("it is a minute, and a second for each 128 KiB")
    func limitOfSize() {
        #expect(AnswerLimit(bytes: 0).time == .seconds(60))
        #expect(AnswerLimit(bytes: 1_073_741_824).time == .seconds(60 + 8192))
    }
}
