import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import MusterServer

@Suite("Heads of requests")
struct RequestHeadTests {
    private func read(_ text: String) -> RequestHead? {
        var head = RequestHead()
        return head.read(ByteBuffer(string: text)) ? head : nil
    }

    /// What NIO's parser makes of the same bytes; nil if it refuses them or waits for more.
    private func parsed(_ bytes: [UInt8]) -> HTTPRequestHead? {
        let channel = EmbeddedChannel()
        let decoder = ByteToMessageHandler(HTTPRequestDecoder())
        try? channel.pipeline.syncOperations.addHandler(decoder)
        // What is wrong after the first head is thrown, too, but not before that head was handed on.
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        let part = try? channel.readInbound(as: HTTPServerRequestPart.self)
        _ = try? channel.finish(acceptAlreadyClosed: true)
        guard case .head(let head)? = part else { return nil }
        return head
    }

    @Test("their parts are found")
    func parts() throws {
        let text = "GET /users/2?a=b HTTP/1.1\r\nHost: x\r\nX-APIKEYS:  a=1; b=2\r\n\r\nrest"
        let head = try #require(read(text))
        #expect(head.isMethod("GET") && !head.isMethod("GE") && !head.isMethod("get"))
        #expect(head.target == "/users/2?a=b")
        #expect(head.isPresentVersion)
        #expect(head[.xAPIKeys] == "a=1; b=2")
        #expect(head[.cookie] == nil)
        #expect(head.length == text.utf8.count - 4)
        #expect(head.fieldBytes == "Host".count + 1 + 4 + "X-APIKEYS".count + 8 + 4)
        #expect(head.hasField(of: ["expect", "host"]) && !head.hasField(of: ["hos", "hostt"]))
    }

    @Test("fields that stand there twice are joined as their kind wants it")
    func repeated() throws {
        let head = try #require(
            read("GET / HTTP/1.1\r\nCookie: a=1\r\nA: 1\r\ncookie: b=2\r\na:\r\n\r\n")
        )
        #expect(head[.cookie] == "a=1; b=2")
        #expect(head.values(of: try #require(HTTPField.Name("A"))) == ["1", ""])
    }

    @Test(
        "the one host is found where it lies",
        arguments: [
            ("A: 1\r\nhOST: \t a.test:80\r\nB: 2\r\n", "a.test:80"), ("Host: a\r\n", "a"),
            ("Host:\r\n", ""), ("A: 1\r\n", nil), ("Host: a\r\nhost: a\r\n", nil),
        ] as [(String, String?)]
    )
    func host(_ fields: String, _ host: String?) throws {
        var buffer = ByteBuffer(string: "before")
        buffer.writeString("GET / HTTP/1.1\r\n\(fields)\r\n")
        buffer.moveReaderIndex(forwardBy: 6)
        var head = RequestHead()
        let isRead = head.read(buffer)
        #expect(isRead && head.host == host)
    }

    @Test("a head can be read again after another, from a buffer that has been read from")
    func again() throws {
        var buffer = ByteBuffer(string: "GET /1 HTTP/1.1\r\nA: 1\r\n\r\nGET /2 HTTP/1.0\r\n\r\n")
        var head = RequestHead()
        let isFirstRead = head.read(buffer)
        buffer.moveReaderIndex(forwardBy: head.length)
        let isSecondRead = head.read(buffer)
        #expect(isFirstRead && isSecondRead)
        #expect(head.target == "/2" && head.fieldBytes == 0 && !head.isPresentVersion)
        #expect(head[try #require(HTTPField.Name("A"))] == nil)
        #expect(head.length == buffer.readableBytes)
        head.forget()
        #expect(head.length == 0 && head.target.isEmpty)
    }

    @Test(
        "a read is plain that says nothing of a body, a condition, another caller or the connection's end"
    )
    func plainReads() throws {
        let plain = [
            "", "Accept: */*\r\n", "CONNECTION: Keep-Alive\r\n", "X-Cookie: a\r\nCookie: b\r\n",
        ]
        for fields in plain {
            #expect(
                try #require(read("GET / HTTP/1.1\r\n\(fields)hOST: x\r\n\r\n")).isPlainRead,
                "\(fields)"
            )
        }
        let host = String(repeating: "x", count: 261)
        #expect(try #require(read("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")).isPlainRead)
        for name in [
            "Host", "EXPECT", "If-Match", "if-none-match", "X-Impersonate", "Content-Length",
            "Upgrade",
            "Proxy-Connection", "Transfer-Encoding", "Connection",
        ] {
            let text = "GET / HTTP/1.1\r\nHost: x\r\n\(name): 0\r\n\r\n"
            #expect(try !#require(read(text)).isPlainRead, "\(name)")
        }
        for text in [
            "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.0\r\nHost: x\r\n\r\n",
            "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: \(host)x\r\n\r\n",
        ] {
            #expect(try !#require(read(text)).isPlainRead, "\(text)")
        }
    }

    @Test("the one line with credentials is found as it was sent")
    func credentialsLine() throws {
        for (fields, line) in [
            ("x-apikeys:  a=1; b=2\r\n", "x-apikeys:  a=1; b=2"),
            ("A: b\r\nCookie: c\r\n", "Cookie: c"),
            ("Authorization: d\r\nE: f\r\n", "Authorization: d"), ("X-Cookie:\r\n", "X-Cookie:"),
            ("X-Cookie: a\r\nCookie: b\r\n", nil), ("X-APIKeys: a\r\nX-APIKeys: a\r\n", nil),
            ("", nil),
        ] as [(String, String?)] {
            let head = try #require(read("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"))
            let found = head.withCredentialsLine { String(decoding: $0, as: UTF8.self) }
            #expect(found == line, "\(fields)")
        }
    }

    static let plain = [
        "GET /users/2 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /users?limit=50&after=7 HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
        "GET /%2e%2e/?q=%ff&x=%00 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET /a HTTP/1.1\r\nA:b\r\nA: c\r\nB:\t d\t e\r\nC:\r\n\r\n",
        "GET /a HTTP/1.1\r\nX-It's_#1!: \"quoted\"; (x) {y} \\z\r\n\r\n",
        "POST /users HTTP/1.1\r\nContent-Length: 3\r\nContent-Type: application/json\r\n\r\nabc",
        "DELETE /users/2 HTTP/1.1\r\nConnection: keep-alive\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\nGET /second HTTP/1.1\r\nA: b\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n\r\n\r\n\r\n",
    ]

    @Test("what is read is read as NIO's parser reads it", arguments: plain)
    func same(_ text: String) throws {
        let head = try #require(read(text))
        try compare(head, try #require(parsed(Array(text.utf8))))
    }

    private func compare(_ head: RequestHead, _ other: HTTPRequestHead) throws {
        #expect(head.target == other.uri)
        #expect(head.isPresentVersion == (other.version == .http1_1))
        for name in Set(other.headers.map { $0.name.lowercased() }) {
            let values = head.values(of: try #require(HTTPField.Name(name)))
            #expect(values == other.headers.filter { $0.name.lowercased() == name }.map(\.value))
        }
        let size = other.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        #expect(head.fieldBytes == size)
    }

    @Test("no change of a byte makes it read what that parser reads otherwise", arguments: plain)
    func mutated(_ text: String) throws {
        let alphabet = Array("\r\n\t :/\0aG1\u{7F}é,".utf8) + [0x0B, 0x80, 0xFF]
        let original = Array(text.utf8)
        for place in original.indices {
            for byte in alphabet {
                var replaced = original
                replaced[place] = byte
                var inserted = original
                inserted.insert(byte, at: place)
                for bytes in [replaced, inserted] {
                    var head = RequestHead()
                    guard head.read(ByteBuffer(bytes: bytes)) else { continue }
                    // Unknown methods and the like are refused there, and would be here, by the router.
                    guard let other = parsed(bytes) else {
                        #expect(!head.isMethod("GET"), "\(String(decoding: bytes, as: UTF8.self))")
                        continue
                    }
                    try compare(head, other)
                }
            }
        }
    }

    @Test(
        "what is unusual, unfinished or wrong is not read",
        arguments: [
            "", "\r\n", "GET", "GET ", "GET /", "GET / ", "GET / HTTP/1.1", "GET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\nA: b", "GET / HTTP/1.1\r\nA: b\r\n", "GET / HTTP/1.1\r\nA: b\r\n\r",
            "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\nA: b\r\n\r\n", "GET / HTTP/1.1\r\nA: b\n\r\n",
            "GET / HTTP/1.1\r\nA: b\r\r\n\r\n", "GET / HTTP/1.1\r\nA: b\r\n\n",
            "GET / HTTP/1.1\r\r\n",
            "\r\nGET / HTTP/1.1\r\n\r\n", " GET / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
            "GET /  HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n", "GET\t/ HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.2\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET / http/1.1\r\n\r\n",
            "GET / HTTP/1.11\r\n\r\n", "GET /\r\n\r\n", "GET HTTP/1.1\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\n\r\n", "OPTIONS * HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b \r\n\r\n",
            "GET /é HTTP/1.1\r\n\r\n", "GET /\0 HTTP/1.1\r\n\r\n", "GET /\u{7F} HTTP/1.1\r\n\r\n",
            "G(T / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n: b\r\n\r\n",
            "GET / HTTP/1.1\r\nA\r\n\r\n",
            "GET / HTTP/1.1\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\n A: b\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n",
            "GET / HTTP/1.1\r\nA: \0\r\n\r\n", "GET / HTTP/1.1\r\nA: é\r\n\r\n",
            "GET / HTTP/1.1\r\nA: \u{7F}\r\n\r\n", "GET / HTTP/1.1\r\nÄ: b\r\n\r\n",
            "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 65) + "\r\n",
        ]
    )
    func hostile(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test("every beginning of a head is unfinished")
    func beginnings() {
        let text = "GET /users/2 HTTP/1.1\r\nHost: a\r\nX-APIKeys: b\r\n\r\n"
        for count in 0..<text.utf8.count {
            #expect(read(String(decoding: text.utf8.prefix(count), as: UTF8.self)) == nil)
        }
    }
}
