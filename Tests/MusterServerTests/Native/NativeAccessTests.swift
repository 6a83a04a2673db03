import HTTPTypes
import HummingbirdCore
import MusterAPI
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Who may do what in the native API", .everyStore)
struct NativeAccessTests {
    private static let users = Resource.users.bit
    private let native: NativeServer
    private var test: TestDirectory { native.test }

    init() async throws {
        native = try await NativeServer()
    }

    static let routes: [(HTTPRequest.Method, String)] = [
        (.get, "/users"), (.post, "/users"), (.get, "/users/2"), (.patch, "/users/2"),
        (.delete, "/users/2"), (.post, "/users/2/unlock"), (.delete, "/users/2/sessions"),
        (.get, "/sessions"), (.delete, "/sessions/0123456789abcdef"),
        (.put, "/users/2/password"), (.put, "/users/2/keys"), (.delete, "/users/2/keys"),
        (.patch, "/users/2/two-factor"), (.post, "/users/2/two-factor/send-verification"),
        (.post, "/users/2/two-factor/verify-code"), (.get, "/users/2/ssh-keys"),
        (.post, "/users/2/ssh-keys"), (.delete, "/users/2/ssh-keys/SHA256:x"),
        (.post, "/groups"), (.get, "/groups/2"), (.patch, "/groups/2"), (.delete, "/groups/2"),
        (.put, "/groups/2/members/2"), (.delete, "/groups/2/members/2"), (.get, "/audit/events"),
        (.post, "/authenticate"),
    ]

    @Test(
        "without credentials all is refused, and with wrong ones in another sentence",
        arguments: routes
    )
    func unauthenticated(_ method: HTTPRequest.Method, _ path: String) async throws {
        let path = NativeRoutes.root + path
        let missing = try await native.server.send(method, path, body: "{")
        #expect(missing.status == .unauthorized)
        #expect(
            try await missing.text()
                == #"{"error":{"code":"credentials.missing","message":"Missing authentication"}}"#
        )
        let wrong = try await native.server.send(method, path, body: "{", fields: [.xAPIKeys: "x"])
        #expect(wrong.status == .unauthorized)
        #expect(try await wrong.text().contains("Invalid credentials."))
    }

    @Test("who has no right is refused before anything is looked at", arguments: routes)
    func unauthorised(_ method: HTTPRequest.Method, _ path: String) async throws {
        let (_, keys) = try await native.makeHolder("nobody@example.com", role: .scanManager)
        for path in [path, path.replacing("/2", with: "/99")] {
            guard path != "/sessions" else { continue }
            let answer = try await native.send(method, path, "{", as: keys)
            #expect(answer.status == .forbidden, "\(method) \(path)")
        }
        let own = try await native.send(.get, "/users/nobody@example.com", as: keys)
        #expect(own.status == .ok, "one's own account may be looked at")
    }

    @Test("the Read of Users looks, its Write administers, the role Administrator does both")
    func rights() async throws {
        let (_, reader) = try await native.makeHolder("reader@example.com", read: Self.users)
        let (_, writer) = try await native.makeHolder("writer@example.com", write: Self.users)
        for keys in [reader, writer, test.administratorKeys] {
            #expect(try await native.send(.get, "/users", as: keys).status == .ok)
            #expect(try await native.send(.get, "/users/2", as: keys).status == .ok)
        }
        let body = #"{"username":"new1"}"#
        #expect(try await native.send(.post, "/users", body, as: reader).status == .forbidden)
        #expect(try await native.send(.post, "/users", body, as: writer).status == .created)
        #expect(try await native.send(.get, "/users?group=0", as: reader).status == .forbidden)
    }

    @Test(
        "nobody gives what it does not hold",
        arguments: [
            #"{"username":"new","permissions":24}"#, #"{"username":"new","permissions":64}"#,
            #"{"username":"new","readbm":1}"#, #"{"username":"new","writebm":9}"#,
            #"{"username":"new","lviewbm":1}"#,
        ]
    )
    func escalation(_ body: String) async throws {
        let (user, writer) = try await native.makeHolder("writer@example.com", write: Self.users)
        #expect(try await native.send(.post, "/users", body, as: writer).status == .forbidden)
        #expect(try await native.send(.get, "/users/new").status == .notFound)
        let ref = "/users/\(user.id.rawValue)"
        let changes = body.replacing(#""username":"new","#, with: "")
        let answer = try await native.send(.patch, ref, changes, as: writer)
        #expect(answer.status == .forbidden, "not to itself either")
        let present = try await test.current(user)
        #expect(present.masks == user.masks && present.role == user.role)
    }

    @Test("nobody changes, unlocks or logs out somebody of a higher role")
    func rank() async throws {
        let (_, writer) = try await native.makeHolder("writer@example.com", write: .max)
        let session = try await test.logIn(TestDirectory.administratorName)
        _ = await failure {
            try await test.logIn(TestDirectory.administratorName, Secret("wrong"))
        }
        let admin = try await native.send(.get, "/sessions").objects("sessions")
        let id = try SessionRecord(try #require(admin.first)).id
        let calls: [(HTTPRequest.Method, String, String?)] = [
            (.patch, "/users/2", #"{"name":"x"}"#), (.delete, "/users/2", nil),
            (.post, "/users/2/unlock", nil), (.delete, "/users/2/sessions", nil),
            (.delete, "/sessions/\(id)", nil),
        ]
        for (method, path, body) in calls {
            let answer = try await native.send(method, path, body, as: writer)
            #expect([.forbidden, .conflict].contains(answer.status), "\(method) \(path)")
        }
        #expect(try await test.current(test.administrator).logins.failureCount == 1)
        #expect(try await native.send(.get, "/sessions", in: session).status == .ok)
    }

    @Test("the last administrator stays one, and oneself enabled")
    func lastAdministrator() async throws {
        for body in [#"{"permissions":16}"#, #"{"enabled":false}"#, #"{"api_permitted":false}"#] {
            let answer = try await native.send(.patch, "/users/2", body)
            #expect(answer.status == .conflict, "\(body)")
        }
        #expect(try await native.send(.delete, "/users/2").status == .conflict)
        #expect(try await test.current(test.administrator).role == .administrator)
    }

    @Test("the approved domains are the Tenable dialect's alone")
    func domains() async throws {
        let native = try await NativeServer(rules: DirectoryRules(approvedDomains: ["example.com"]))
        let body = #"{"username":"jane@elsewhere.example","password":"Correct-Horse-7"}"#
        let tenable = try await native.server.send(
            .post,
            "/users",
            as: native.test.administratorKeys,
            body: body
        )
        #expect(tenable.status == .badRequest)
        #expect(try await native.send(.post, "/users", body).status == .created)
    }

    @Test(
        "with a temporary password nothing is done but changing it, not even looking at oneself",
        arguments: routes + [(.get, "/users/second@example.com")]
    )
    func temporary(_ method: HTTPRequest.Method, _ path: String) async throws {
        let user = try await test.makeUser("second@example.com", role: .administrator)
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in
            PasswordChange(
                new: TestDirectory.administratorPassword,
                current: nil,
                isTemporary: true
            )
        }
        let session = try await test.logIn("second@example.com")
        let answer = try await native.send(method, path, in: session)
        #expect(answer.status == .forbidden)
        #expect(try await answer.text().contains("temporary"))
    }
}
