import ClientTestSupport
import HTTPTypes
import TenableClient
import Testing

@Suite("Errors", .timeLimit(.minutes(10)))
struct ErrorTests {
    private func error(
        _ status: Int,
        _ body: String,
        _ fields: HTTPFields = [:]
    ) async throws -> TenableError {
        var found: TenableError?
        var options = TenableIO.Options.quick()
        options.retries = 0
        try await FakeServer.withTenableIO(options: options) { _, _ in
            .answer(.init(code: status), body, fields)
        } _: { tio, _ in
            found = await refusal { () async throws(TenableError) in
                try await tio.users.details(4)
            }
        }
        return try found.orThrow()
    }

    @Test(
        "each status has its kind",
        arguments: [
            (400, .badRequest), (401, .unauthorized), (403, .forbidden), (404, .notFound),
            (409, .conflict), (422, .badRequest), (429, .tooManyRequests), (500, .server),
            (503, .server), (301, .unexpectedStatus), (418, .unexpectedStatus),
        ] as [(Int, TenableError.Kind)]
    )
    func kinds(_ status: Int, _ kind: TenableError.Kind) async throws {
        let error = try await error(status, "")
        #expect(error.kind == kind)
        #expect(error.status == status)
        #expect(error.message == "The server answered with status \(status).")
    }

    @Test("the gateway's error gives its message, its number and the members at fault")
    func gateway() async throws {
        let error = try await error(
            400,
            #"{"statusCode":400,"error":"Bad Request","message":"child \"username\" fails","#
                + #""validation":{"source":"payload","keys":["username"]}}"#,
            [.requestUUID: "0123456789abcdef0123456789abcdef"]
        )
        #expect(error.message == #"child "username" fails"#)
        #expect(error.fields == ["username"])
        #expect(error.requestID == "0123456789abcdef0123456789abcdef")
        #expect(error.description == #"400: child "username" fails"#)
        #expect(error.debugDescription.contains("request: 0123456789abcdef0123456789abcdef"))
    }

    @Test("the back-end's error gives its sentence")
    func backEnd() async throws {
        let error = try await error(409, #"{"error":"Duplicate Group name"}"#)
        #expect(error.message == "Duplicate Group name")
        #expect(error.fields == [])
        #expect(error.requestID == nil)
    }

    @Test("the limit on exports, a third shape, gives its message")
    func exports() async throws {
        let error = try await error(429, #"{"status":429,"message":"Duplicate export"}"#)
        #expect(error.message == "Duplicate export")
    }

    @Test(
        "a body that is no error of the service leaves the status to speak",
        arguments: [
            "<html><h1>502</h1></html>", "null", "[]", "7", #""text""#, "{}", #"{"error":7}"#,
            #"{"message":null,"error":{}}"#, #"{"error":"a","error":"b"}"#, "{", "\u{FEFF}{}",
            String(repeating: "[", count: 10_000),
        ]
    )
    func strange(_ body: String) async throws {
        let error = try await error(502, body)
        #expect(error.kind == .server)
        #expect(error.message == "The server answered with status 502.")
    }

    @Test("a sentence of any length is cut after 1000 characters")
    func long() async throws {
        let error = try await error(400, #"{"error":"\#(String(repeating: "x", count: 5_000))"}"#)
        #expect(error.message.count == 1_000)
    }

    @Test("a redirect is not followed, least of all with keys")
    func redirect() async throws {
        let error = try await error(307, "", [.location: "http://127.0.0.1:1/elsewhere"])
        #expect(error.kind == .unexpectedStatus)
    }

    @Test("a server that is not there is a failure of the connection, after five more attempts")
    func nobodyThere() async throws {
        let waits = Waits()
        let tio = try TenableIO(token: nil, url: "http://127.0.0.1:1", options: .quick(waits))
        let error = await refusal { () async throws(TenableError) in try await tio.server.status() }
        #expect(error?.kind == .connectionFailed)
        #expect(error?.status == nil)
        #expect(error?.isOutcomeUnknown == false)
        #expect(error?.cause != nil)
        #expect(waits.all.count == 5)
        await tio.close()
    }

    @Test("a server that says nothing is an error when the time is up")
    func silence() async throws {
        var options = TenableIO.Options.quick()
        // Long enough for the request to be out, whatever else the machine does: only then is it doubtful.
        options.timeout = .seconds(30)
        try await FakeServer.withTenableIO(options: options) { _, _ in
            .silence
        } _: { tio, _ in
            let error = await refusal { () async throws(TenableError) in
                try await tio.users.delete(4)
            }
            #expect(error?.kind == .timedOut)
            #expect(error?.isOutcomeUnknown == true)
        }
    }
}
