import HTTPTypes
import Hummingbird
import HummingbirdCore
import MusterAPI
import MusterCore
import MusterTesting
import Testing
import WireJSON

@testable import MusterServer

/// A directory with its server, spoken to by the native API.
struct NativeServer {
    let test: TestDirectory
    let server: TestServer

    init(rules: DirectoryRules = DirectoryRules()) async throws {
        test = try await TestDirectory(rules: rules)
        server = TestServer(test)
    }

    /// Sends a request as the administrator, unless said otherwise; the path is below the API's root.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        as keys: APIKeyPair? = nil,
        fields: HTTPFields = HTTPFields()
    ) async throws -> Response {
        try await server.send(
            method,
            NativeRoutes.root + path,
            as: keys ?? test.administratorKeys,
            body: body,
            fields: fields
        )
    }

    /// Sends a request with the token of a session.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        in session: IssuedSession
    ) async throws -> Response {
        let value = session.token.withExposedValue { "Bearer \($0)" }
        return try await server.send(
            method,
            NativeRoutes.root + path,
            fields: [.authorization: value]
        )
    }

    /// Makes a user with a body of the native API.
    func make(_ body: String) async throws -> UserRecord {
        let answer = try await send(.post, "/users", body)
        #expect(answer.status == .created)
        return try UserRecord(try await answer.object())
    }

    /// Makes a user with masks and a pair of keys.
    func makeHolder(
        _ name: String,
        role: Role = .basic,
        read: Int64 = 0,
        write: Int64 = 0
    ) async throws -> (user: User, keys: APIKeyPair) {
        var user = try await test.makeUser(name, role: role)
        user.masks = Masks(read: read, write: write)
        try await test.overwrite(user)
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        return (user, keys)
    }
}

extension Response {
    /// The body's object.
    func object() async throws -> JSONObject {
        let text = try await text()
        guard case .object(let object) = try JSONValue(parsing: text.utf8) else {
            Issue.record("not an object: \(text)")
            return JSONObject()
        }
        return object
    }

    /// The objects of an array in the body.
    func objects(_ name: String) async throws -> [JSONObject] {
        guard case .array(let elements)? = try await object()[name] else { return [] }
        return elements.compactMap { element in
            guard case .object(let object) = element else { return nil }
            return object
        }
    }
}
