import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("The token for commands on the data folder, over HTTP", .everyStore)
struct LocalAdminTokenServingTests {
    private static let paths = ["/users", "/activelogic/v1/users", "/muster/v1/users"]

    private func fields(_ token: LocalAdminToken) -> HTTPFields {
        var fields = HTTPFields()
        fields[.authorization] = "Bearer " + token.token.withExposedValue(\.self)
        return fields
    }

    @Test("its token is good in every dialect of its own server", arguments: paths)
    func open(_ path: String) async throws {
        let test = try await TestDirectory()
        var owner = test.administrator
        owner.isEnabled = false
        try await test.overwrite(owner)
        let token = LocalAdminToken(test.directory)
        let server = TestServer(test, localAdminToken: token)
        let answer = try await server.send(.get, path, fields: fields(token))
        #expect(answer.status == .ok)
    }

    @Test("a served directory refuses it as it refuses every unknown token", arguments: paths)
    func closed(_ path: String) async throws {
        let test = try await TestDirectory()
        let token = LocalAdminToken(test.directory)
        let server = TestServer(test)
        let answer = try await server.send(.get, path, fields: fields(token))
        #expect(answer.status == .unauthorized)
        var unknown = HTTPFields()
        unknown[.authorization] = "Bearer " + String(repeating: "0", count: 64)
        let other = try await server.send(.get, path, fields: unknown)
        #expect(other.status == .unauthorized)
        #expect(try await answer.text() == (try await other.text()))
    }

    @Test("without it, its own server refuses like any other", arguments: paths)
    func withoutToken(_ path: String) async throws {
        let test = try await TestDirectory()
        let server = TestServer(test, localAdminToken: LocalAdminToken(test.directory))
        let answer = try await server.send(.get, path)
        #expect(answer.status == .unauthorized)
    }
}
