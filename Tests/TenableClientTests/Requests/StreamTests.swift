import ClientTestSupport
import HTTPTypes
import MusterTesting
import TenableClient
import Testing

@Suite("Bodies of any length", .timeLimit(.minutes(10)))
struct StreamTests {
    private struct Broken: Error {}

    private func pieces(
        _ texts: [String],
        then error: Broken? = nil
    ) -> AsyncThrowingStream<
        [UInt8], any Error
    > {
        AsyncThrowingStream { continuation in
            for text in texts { continuation.yield(Array(text.utf8)) }
            continuation.finish(throwing: error)
        }
    }

    private func collect(_ lines: TenableLines) async throws(TenableError) -> [String] {
        var texts: [String] = []
        for try await line in lines { texts.append(String(decoding: line, as: UTF8.self)) }
        return texts
    }

    @Test("a body goes out piece by piece, and the answer comes back line by line")
    func bothWays() async throws {
        try await FakeServer.withTenableIO { request, _ in
            .answer(.ok, request.body + "\n\nlast, without an end")
        } _: { tio, server in
            let sent = ["{\"a\":1}\n", "", "{\"b\":", "2}\n"]
            let stream = try await tio.stream(
                .post,
                "/muster/v1/users/import",
                route: "/muster/v1/users/import",
                uploading: pieces(sent)
            )
            #expect(stream.status == 200)
            #expect(
                try await collect(stream.lines) == [
                    #"{"a":1}"#, #"{"b":2}"#, "", "", "last, without an end",
                ]
            )
            #expect(server.received[0].body == sent.joined())
            #expect(server.received[0].fields[.contentType] == "application/x-ndjson")
        }
    }

    @Test("a hundred thousand lines are read one after the other")
    func many() async throws {
        let body = (0..<100_000).map { "line \($0)\n" }.joined()
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, body)
        } _: { tio, _ in
            let stream = try await tio.stream(.get, "/export", route: "/export")
            var count = 0
            for try await line in stream.lines {
                if count % 9_999 == 0 {
                    #expect(String(decoding: line, as: UTF8.self) == "line \(count)")
                }
                count += 1
            }
            #expect(count == 100_000)
        }
    }

    @Test("a line that does not end is an error after a megabyte")
    func endless() async throws {
        let body = "short\n" + String(repeating: "x", count: 1_100_000)
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok, body)
        } _: { tio, _ in
            let stream = try await tio.stream(.get, "/export", route: "/export")
            let error = await refusal { () async throws(TenableError) in
                try await collect(stream.lines)
            }
            #expect(error?.kind == .malformedAnswer)
        }
    }

    @Test("an answer that is no success is read as a whole")
    func refused() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.forbidden, #"{"statusCode":403,"message":"Insufficient scope"}"#)
        } _: { tio, _ in
            let stream = try await tio.stream(.get, "/export", route: "/export")
            #expect(stream.status == 403)
            #expect(
                try await stream.collected().json == [
                    "statusCode": 403, "message": "Insufficient scope",
                ]
            )
        }
    }

    @Test("pieces that fail end the request, and their error is the cause")
    func broken() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok)
        } _: { tio, server in
            let error = await refusal { () async throws(TenableError) in
                try await tio.stream(
                    .post,
                    "/import",
                    route: "/import",
                    uploading: pieces(["{}\n"], then: Broken())
                )
            }
            #expect(error?.cause is Broken)
            #expect(error?.isOutcomeUnknown == true)
            #expect(server.received.isEmpty)
        }
    }

    @Test("a server that is not there is a failed connection: nothing of the body was asked for")
    func nobodyThere() async throws {
        let tio = try TenableIO(token: nil, url: "http://127.0.0.1:1", options: .quick())
        let error = await refusal { () async throws(TenableError) in
            try await tio.stream(.post, "/import", route: "/import", uploading: pieces(["{}"]))
        }
        #expect(error?.kind == .connectionFailed)
        #expect(error?.isOutcomeUnknown == false)
        await tio.close()
    }

    @Test("requests and bodies go through a Unix domain socket, too")
    func unixSocket() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("muster.sock")
        try await FakeServer.run(socketPath: path) { request, _ in
            .answer(.ok, request.body.isEmpty ? Answers.user() : request.body)
        } _: { server in
            let tio = try TenableIO(token: "0123abcd", socketPath: path, options: .quick())
            #expect(try await tio.users.details(4).id == 4)
            let stream = try await tio.stream(
                .post,
                "/import?mode=create",
                route: "/import",
                uploading: pieces(["a\n", "b\n"])
            )
            #expect(try await collect(stream.lines) == ["a", "b"])
            #expect(server.lines == ["GET /users/4", "POST /import?mode=create"])
            #expect(server.received[0].fields[.named("X-Cookie")] == "token=0123abcd")
            await tio.close()
        }
    }
}
