import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Requests in the Tenable dialect", .everyStore)
struct TenableRouteTests {
    private let test: TestDirectory
    private let server: TestServer

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
    }

    private var keys: APIKeyPair { test.administratorKeys }

    /// Every path that needs to know who asks.
    static let guarded: [(HTTPRequest.Method, String)] = [
        (.get, "/users"), (.post, "/users"), (.get, "/users/2"), (.put, "/users/2"),
        (.delete, "/users/2"), (.put, "/users/2/enabled"), (.get, "/users/2/authorizations"),
        (.put, "/users/2/authorizations"), (.put, "/users/2/chpasswd"), (.put, "/users/2/keys"),
        (.put, "/users/2/two-factor"), (.post, "/users/2/two-factor/send-verification"),
        (.post, "/users/2/two-factor/verify-code"), (.get, "/session"), (.put, "/session"),
        (.delete, "/session"), (.put, "/session/chpasswd"), (.put, "/session/keys"),
        (.put, "/session/two-factor"), (.post, "/session/two-factor/send-verification"),
        (.post, "/session/two-factor/verify-code"), (.get, "/groups"), (.post, "/groups"),
        (.put, "/groups/2"), (.delete, "/groups/2"), (.get, "/groups/2/users"),
        (.post, "/groups/2/users/2"), (.delete, "/groups/2/users/2"), (.get, "/server/properties"),
        (.get, "/access-control/v1/roles"), (.get, "/access-control/v1/users/2/roles"),
        (.put, "/access-control/v1/users/2/roles"), (.get, "/audit-log/v1/events"),
    ]

    @Test(
        "without credentials all is refused, and with wrong ones in another sentence",
        arguments: guarded
    )
    func unauthenticated(_ method: HTTPRequest.Method, _ path: String) async throws {
        let missing = try await server.send(method, path, body: "{")
        #expect(missing.status == .unauthorized)
        #expect(try await missing.text().contains("\"Missing authentication\""))
        let wrong = try await server.send(method, path, body: "{", fields: [.xAPIKeys: "x"])
        #expect(wrong.status == .unauthorized)
        #expect(try await wrong.text().contains("\"Invalid credentials.\""))
    }

    @Test("what needs no credentials does not look at any")
    func open() async throws {
        for path in ["/server/status", "/healthz", "/readyz", "/openapi.yaml"] {
            #expect(try await server.send(.get, path).status == .ok)
            let wrong = try await server.send(.get, path, fields: [.xAPIKeys: "x"])
            #expect(wrong.status == .ok, "\(path)")
        }
        let status = try await server.send(.get, "/server/status").text()
        #expect(status == #"{"code":200,"status":"ready"}"#)
    }

    @Test("every answer carries the number of its request, and is not to be stored")
    func headers() async throws {
        let answers = [
            try await server.send(.get, "/server/status"), try await server.send(.get, "/nowhere"),
            try await server.send(.get, "/users"), try await server.send(.patch, "/users"),
        ]
        let numbers = answers.compactMap { $0.headers[.xRequestUUID] }
        #expect(Set(numbers).count == answers.count)
        #expect(numbers.allSatisfy { Hex.isHex($0, count: 32) })
        #expect(answers.allSatisfy { $0.headers[.xLastRequestUUID] == $0.headers[.xRequestUUID] })
        #expect(answers.allSatisfy { $0.headers[.cacheControl] == "no-store" })
        let sniffing = try #require(HTTPField.Name("X-Content-Type-Options"))
        #expect(answers.allSatisfy { $0.headers[sniffing] == "nosniff" })
    }

    @Test(
        "a path that is none of ours is not found, before anything else",
        arguments: [
            "/", "/nowhere", "/users/", "/users/2/", "/users/2/nothing", "/USERS", "/users/2/3",
        ]
    )
    func unknownPaths(_ path: String) async throws {
        let response = try await server.send(.get, path)
        #expect(response.status == .notFound)
        let expected = #"{"statusCode":404,"error":"Not Found","message":"Not Found"}"#
        #expect(try await response.text() == expected)
    }

    @Test("a method that a path does not know is refused with those it does")
    func methods() async throws {
        let response = try await server.send(.delete, "/users", as: keys)
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers[.allow] == "GET, HEAD, POST")
    }

    @Test("slashes in a row are one")
    func slashes() async throws {
        #expect(try await server.send(.get, "//users", as: keys).status == .ok)
        #expect(try await server.send(.get, "///users//2", as: keys).status == .ok)
    }

    @Test(
        "a body that is no object is refused as such",
        arguments: [
            "{", "[]", "null", "\"\"", "1", "{\"a\":1,\"a\":2}", "{}{}", "\u{FEFF}{}", "{'a':1}",
        ]
    )
    func malformedBodies(_ body: String) async throws {
        let response = try await server.send(.post, "/users", as: keys, body: body)
        #expect(response.status == .badRequest)
        #expect(try await response.text().contains("Invalid request payload JSON format"))
    }

    @Test("an edit without a body is refused, and one with an empty object changes nothing")
    func droppedBody() async throws {
        let before = try await test.auditEvents()
        let response = try await server.send(.put, "/users/2", as: keys)
        #expect(response.status == .badRequest)
        #expect(try await response.text().contains("tio.put"))
        #expect(try await server.send(.put, "/users/2", as: keys, body: "{}").status == .ok)
        #expect(try await test.auditEvents() == before)
    }

    @Test("a user is created, shown, changed and deleted")
    func lifecycle() async throws {
        let body =
            #"{"username":"jane@example.com","password":"correct horse","permissions":32,"type":"local"}"#
        let created = try await server.send(.post, "/users", as: keys, body: body)
        #expect(created.status == .ok)
        #expect(try await created.text().contains(#""id":3,"user_name":"jane@example.com""#))
        let again = try await server.send(.post, "/users", as: keys, body: body)
        #expect(again.status == .conflict)
        let edited = try await server.send(.put, "/users/3", as: keys, body: #"{"name":"Jane"}"#)
        #expect(try await edited.text().contains(#""name":"Jane""#))
        let deleted = try await server.send(.delete, "/users/3", as: keys)
        #expect(deleted.status == .ok)
        #expect(try await deleted.text() == "")
        #expect(deleted.headers[.contentType] == nil)
        #expect(try await server.send(.get, "/users/3", as: keys).status == .notFound)
    }

    @Test("a body and a header have their bounds")
    func bounds() async throws {
        let server = TestServer(test, limits: RequestLimits(bodyBytes: 1024, headerBytes: 2048))
        let long = "{\"name\":\"\(String(repeating: "a", count: 1024))\"}"
        #expect(
            try await server.send(.put, "/users/2", as: keys, body: long).status == .contentTooLarge
        )
        let fields: HTTPFields = [.userAgent: String(repeating: "a", count: 2048)]
        let response = try await server.send(.get, "/users", as: keys, fields: fields)
        #expect(response.status == .requestHeaderFieldsTooLarge)
    }

    @Test("beyond the limit of a minute a user is told when to come back")
    func rateLimit() async throws {
        let server = TestServer(test, limits: RequestLimits(requestsPerMinute: 2))
        for _ in 1...2 { #expect(try await server.send(.get, "/session", as: keys).status == .ok) }
        let response = try await server.send(.get, "/session", as: keys)
        #expect(response.status == .tooManyRequests)
        #expect(response.headers[.retryAfter] == "60")
        let told = "You may send 2 requests in a minute. Wait as long as Retry-After says."
        #expect(try await response.text().contains(#""message":"\#(told)""#))
    }

    @Test("whoever logs out does so beyond the limit of a minute, too; keys have one of their own")
    func logoutBeyondLimit() async throws {
        let server = TestServer(test, limits: RequestLimits(requestsPerMinute: 1))
        let session = try await test.logIn(TestDirectory.administratorName)
        let fields: HTTPFields = session.token.withExposedValue { [.xCookie: "token=\($0)"] }
        #expect(try await server.send(.get, "/session", fields: fields).status == .ok)
        #expect(try await server.send(.get, "/session", fields: fields).status == .tooManyRequests)
        #expect(try await server.send(.get, "/session", as: keys).status == .ok)
        #expect(try await server.send(.delete, "/session", fields: fields).status == .ok)
        #expect(try await server.send(.get, "/session", fields: fields).status == .unauthorized)
    }

    @Test("a login gives a token and a cookie, and either signs in")
    func login() async throws {
        let body = #"{"username":"admin@example.com","password":"Correct-Horse-7"}"#
        let response = try await server.send(.post, "/session", body: body)
        let cookie = try #require(response.headers[.setCookie])
        let token = try #require(cookie.split(separator: ";").first)
        #expect(cookie == "\(token); Path=/; HttpOnly; SameSite=Lax")
        #expect(try await response.text() == "{\"token\":\"\(token.dropFirst(6))\"}")
        for fields in [[.cookie: String(token)], [.xCookie: String(token)]] as [HTTPFields] {
            #expect(try await server.send(.get, "/session", fields: fields).status == .ok)
        }
        let logout = try await server.send(.delete, "/session", fields: [.cookie: String(token)])
        #expect(logout.headers[.setCookie]?.hasPrefix("token=; Max-Age=0") == true)
        let over = try await server.send(.get, "/session", fields: [.cookie: String(token)])
        #expect(over.status == .unauthorized)
    }

    @Test("the cookie is for TLS only where there is TLS", arguments: [true, false])
    func secureCookie(_ isTLS: Bool) async throws {
        let server = TestServer(test, isTLS: isTLS)
        let body = #"{"username":"admin@example.com","password":"Correct-Horse-7"}"#
        let response = try await server.send(.post, "/session", body: body)
        #expect(response.headers[.setCookie]?.hasSuffix("; Secure") == isTLS)
    }

    @Test("a login may come as a form")
    func form() async throws {
        let body = "username=admin%40example.com&password=Correct-Horse-7"
        let fields: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        let response = try await server.send(.post, "/session", body: body, fields: fields)
        #expect(response.status == .ok)
    }

    @Test("a failure of the store is answered 503, and tells nothing")
    func failingStore() async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        store.failWrites(1)
        let response = try await TestServer(test)
            .send(.put, "/users/2", as: test.administratorKeys, body: #"{"name":"X"}"#)
        #expect(response.status == .serviceUnavailable)
        #expect(try await response.text().contains("told to fail") == false)
    }
}
