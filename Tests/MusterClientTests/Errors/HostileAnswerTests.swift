import ClientTestSupport
import HTTPTypes
import MusterClient
import Testing

@Suite("Answers that are none of a Muster server's")
struct HostileAnswerTests {
    private static let longName = String(repeating: "e\u{301}", count: 100_000)

    /// What stands in for a server's answer to everything.
    static let bodies = [
        "", "{", "[]", "null", "7", "{}", #"{"users":null}"#, #"{"users":[7]}"#,
        #"{"users":[{}]}"#, #"{"users":[],"total":"1"}"#, #"{"users":[],"total":-1}"#,
        #"{"id":"7"}"#, #"{"error":7}"#, #"{"error":{"code":7,"message":[]}}"#,
        String(repeating: "[", count: 100_000),
        "{\"\(longName)\":1}", #"{"users":[{"id":7,"username":"\#(longName)"}]}"#,
    ]

    private func client(of server: FakeServer) throws -> MusterClient {
        try MusterClient(token: "token", url: server.address, options: .patient)
    }

    private func ask(
        _ status: HTTPResponse.Status,
        _ body: String
    ) async throws -> [MusterClientError] {
        var errors: [MusterClientError] = []
        try await FakeServer.run { _, _ in
            .answer(status, body)
        } _: { server in
            let muster = try client(of: server)
            let failures = [
                await clientRefusal { try await muster.users.oneself() },
                await clientRefusal { try await muster.users.page(limit: 5) },
                await clientRefusal { try await muster.groups.list() },
                await clientRefusal { try await muster.audit.page() },
                await clientRefusal { try await muster.apiKeys.rotate(of: 7) },
            ]
            for failure in failures {
                errors.append(try #require(failure, "an answer was taken: \(body.prefix(80))"))
            }
            await muster.close()
        }
        return errors
    }

    @Test("a success without its record is an error that keeps nothing of it", arguments: bodies)
    func malformed(_ body: String) async throws {
        for error in try await ask(.ok, body) {
            #expect(error.kind == .malformedAnswer && error.status == 200)
            #expect(texts(error).allSatisfy { $0.utf8.count < 1_000 })
        }
    }

    @Test("a refusal without a code has the status and nothing else", arguments: bodies)
    func refusals(_ body: String) async throws {
        for error in try await ask(.forbidden, body) {
            #expect(error.kind == .forbidden && error.code == nil)
            #expect(texts(error).allSatisfy { $0.utf8.count < 1_000 })
        }
    }

    @Test("a code, a field and the number of the request are kept")
    func told() async throws {
        let body = #"{"error":{"code":"input.invalid","message":"Not so.","field":"name"}}"#
        let fields: HTTPFields = [.retryAfter: "7"]
        try await FakeServer.run { _, _ in
            .answer(.badRequest, body, fields)
        } _: { server in
            let muster = try client(of: server)
            let error = await clientRefusal { try await muster.groups.create(GroupBody(name: "x")) }
            #expect(error?.code == "input.invalid" && error?.field == "name")
            #expect(error?.message == "Not so." && error?.retryAfter == .seconds(7))
            #expect(error?.description == "input.invalid: Not so.")
            await muster.close()
        }
    }

    @Test("a read is sent again after a lost connection, a change is not")
    func retries() async throws {
        try await FakeServer.run { _, _ in
            .hangUp
        } _: { server in
            var options = MusterClient.Options.patient
            options.retries = 1
            let muster = try MusterClient(token: "token", url: server.address, options: options)
            let read = await clientRefusal { try await muster.groups.list() }
            #expect(read?.kind == .connectionLost && read?.isOutcomeUnknown == false)
            #expect(server.received.count == 2)
            let change = await clientRefusal { try await muster.users.unlock(7) }
            #expect(change?.isOutcomeUnknown == true)
            #expect(server.received.count == 3)
            await muster.close()
        }
    }
}
