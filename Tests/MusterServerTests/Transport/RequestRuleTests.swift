import HTTPTypes
import Hummingbird
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Testing

@testable import MusterServer

@Suite("What every request has to keep to", .everyStore)
struct RequestRuleTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    @Test(
        "who does not say who is calling is told so, whatever the body is and however long",
        arguments: [
            "/users", "/groups", "/activelogic/v1/users", "/activelogic/v1/authenticate",
            "/muster/v1/users", "/muster/v1/users/import",
        ]
    )
    func missing(_ path: String) async throws {
        let server = TestServer(test)
        for body in ["", "{", String(repeating: " ", count: 100_000)] {
            let response = try await server.send(.post, path, body: body)
            #expect(response.status == .unauthorized)
            #expect(try await response.text().contains("Missing authentication"))
        }
    }

    @Test(
        "a stranger's body is 16 KiB at most, or less where the server was told so",
        arguments: ["/session", "/activelogic/v1/sessions"]
    )
    func strangers(_ path: String) async throws {
        for (limits, most) in [
            (RequestLimits(), 16_384), (RequestLimits(bodyBytes: 2048), 2048),
        ] {
            let server = TestServer(test, limits: limits)
            let fits = try await server.send(
                .post,
                path,
                body: String(repeating: " ", count: most)
            )
            #expect(fits.status == .badRequest)
            let long = try await server.send(
                .post,
                path,
                body: String(repeating: " ", count: most + 1)
            )
            #expect(long.status == .contentTooLarge)
            let told = try await server.send(
                .post,
                path,
                fields: [.contentLength: "\(most + 1)"]
            )
            #expect(told.status == .contentTooLarge)
        }
    }

    @Test(
        "a host is no longer than a name and a port may be, since answers repeat it for each resource",
        arguments: [(261, true), (262, false), (20_000, false)]
    )
    func hosts(_ count: Int, isTaken: Bool) async throws {
        let host = String(repeating: "h", count: count)
        let response = try await TestServer(test).send(
            .get,
            "/scim/v2/Schemas",
            fields: [:],
            content: RequestBody(buffer: ByteBuffer()),
            to: host
        )
        #expect(response.status == (isTaken ? .ok : .badRequest))
        let text = try await response.text()
        #expect(text.contains(isTaken ? host : "The header field Host has more than 261 bytes."))
        #expect(isTaken || text.utf8.count < 700)
    }

    @Test(
        "a body for which there is no room is 503 with a time to come back, and room is given back"
    )
    func budget() async throws {
        let server = TestServer(test, limits: RequestLimits(arrivalBytes: 65_536))
        let keys = test.administratorKeys
        for _ in 0..<5 {
            for path in ["/users/2", "/activelogic/v1/users/2"] {
                let method: HTTPRequest.Method = path == "/users/2" ? .put : .patch
                let large = try await server.send(
                    method,
                    path,
                    as: keys,
                    body: "{}" + String(repeating: " ", count: 70_000)
                )
                #expect(large.status == .serviceUnavailable)
                #expect(large.headers[.retryAfter] == "2")
                let fits = try await server.send(
                    method,
                    path,
                    as: keys,
                    body: "{}" + String(repeating: " ", count: 30_000)
                )
                #expect(fits.status == .ok)
            }
        }
    }

    @Test("one Host, no coding but chunks, and a target that counts as the header does")
    func heads() async throws {
        let server = TestServer(test)
        let keys = test.administratorKeys
        let host = try #require(HTTPField.Name("Host"))
        let cases: [(HTTPFields, HTTPResponse.Status)] = [
            ([:], .ok), ([host: "b"], .badRequest), ([.transferEncoding: "chunked"], .ok),
            ([.transferEncoding: "Chunked"], .ok), ([.transferEncoding: "gzip"], .badRequest),
            ([.transferEncoding: "gzip, chunked"], .badRequest),
            ([.transferEncoding: "chunked, chunked"], .badRequest),
        ]
        for (fields, status) in cases {
            let response = try await server.send(
                .put,
                "/users/2",
                as: keys,
                body: "{}",
                fields: fields
            )
            #expect(response.status == status, "\(fields)")
        }
        let long = try await server.send(
            .get,
            "/users?" + String(repeating: "a", count: 32_768),
            as: keys
        )
        #expect(long.status == .requestHeaderFieldsTooLarge)
    }

    @Test("twenty filters of the audit log are read, and more are refused")
    func filters() async throws {
        let server = TestServer(test)
        for (count, status) in [
            (20, HTTPResponse.Status.ok), (21, .badRequest), (1000, .badRequest),
        ] {
            let query = Array(repeating: "f=action.eq:x", count: count).joined(separator: "&")
            let response = try await server.send(
                .get,
                "/audit-log/v1/events?\(query)",
                as: test.administratorKeys
            )
            #expect(response.status == status)
        }
    }

    @Test("whatever is 503 or 429 says when to come back", arguments: ["/x", "/activelogic/v1/x"])
    func comeBack(_ path: String) {
        let server = TestServer(test)
        let codes: [MusterError.Code] = [.overloaded, .storeUnavailable, .rateLimited]
        for code in codes {
            let answer = server.answer(to: MusterError(code, "No."), path: path)
            #expect(answer.status == .serviceUnavailable || answer.status == .tooManyRequests)
            #expect(answer[.retryAfter] == "1")
        }
        let given = server.answer(
            to: MusterError.overloaded("No.", retryAfter: 7),
            path: path
        )
        #expect(given.fields.filter { $0.name == .retryAfter }.map(\.value) == ["7"])
        #expect(server.answer(to: CancellationError(), path: path).status == .serviceUnavailable)
    }
}
