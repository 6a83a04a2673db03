import NIOCore
import Testing

@testable import MusterServer

@Suite("Where requests end")
struct RequestBoundaryTests {
    private func isReached(after parts: String...) -> Bool {
        var boundary = RequestBoundary()
        for part in parts { boundary.pass(ByteBuffer(string: part)) }
        return boundary.isReached
    }

    private static let post = "POST /users HTTP/1.1\r\nContent-Length: 3\r\n"

    @Test("it is known after heads alone, bodies of a known length, and several of them")
    func known() {
        #expect(RequestBoundary().isReached)
        #expect(isReached(after: ""))
        #expect(isReached(after: "GET / HTTP/1.1\r\n\r\n"))
        #expect(isReached(after: "GET / HTTP/1.1\r\nConnection: Keep-Alive\r\n\r\n"))
        #expect(isReached(after: Self.post + "\r\nabc"))
        #expect(isReached(after: Self.post + "\r\n", "abc"))
        #expect(isReached(after: Self.post + "\r\n", "a", "b", "cGET / HTTP/1.1\r\n\r\n"))
        #expect(isReached(after: "PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"))
    }

    @Test("in the middle of a body it is not reached")
    func within() {
        #expect(!isReached(after: Self.post + "\r\n"))
        #expect(!isReached(after: Self.post + "\r\n", "ab"))
        #expect(!isReached(after: "GET / HTTP/1.1\r\n\r\n" + Self.post + "\r\nab"))
    }

    @Test(
        "what leaves a doubt loses it for good",
        arguments: [
            "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\n\n", "\r\n", "x",
            "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 0, 0\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: +0\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 0x0\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 0000000000000\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length : 0\r\n\r\n",
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nA",
        ]
    )
    func lost(_ text: String) {
        #expect(!isReached(after: text))
        #expect(!isReached(after: text, "GET / HTTP/1.1\r\n\r\n"))
    }
}
