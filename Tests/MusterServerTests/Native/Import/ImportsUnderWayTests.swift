import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Imports that are under way at a time", .everyStore)
struct ImportsUnderWayTests {
    private let test: TestDirectory
    private let server: TestServer

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
    }

    /// Begins an import, which is under way until its answer is dropped.
    private func begin(_ query: String, as keys: APIKeyPair) async throws -> Response {
        try await server.send(
            .post,
            "/muster/v1/users/import" + query,
            as: keys,
            body: "{\"username\":\"jane\"}",
            fields: [.contentType: NativeImportRoutes.linesType]
        )
    }

    @Test(
        "one caller has four, however they go; one more is told when to come again, and others come in",
        arguments: ["", "?on_error=continue", "?dry_run=true", "?mode=upsert&on_error=continue"]
    )
    func four(_ query: String) async throws {
        let user = try await test.makeUser("other@example.com", role: .administrator)
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        var held: [Response] = []
        for _ in 0..<4 { held.append(try await begin(query, as: test.administratorKeys)) }
        #expect(held.allSatisfy { $0.status == .ok })
        let refused = try await begin(query, as: test.administratorKeys)
        #expect(refused.status == .serviceUnavailable)
        #expect(refused.headers[.retryAfter] == "10")
        let theirs = try await begin(query, as: keys)
        #expect(try await theirs.text().contains(#""done":true"#))
        held.removeLast()
        let later = try await begin(query, as: test.administratorKeys)
        #expect(later.status == .ok)
        #expect(held.count == 3)
    }
}
