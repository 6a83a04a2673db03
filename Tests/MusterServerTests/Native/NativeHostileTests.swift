import HTTPTypes
import HummingbirdCore
import MusterAPI
import MusterCore
import MusterTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Hostile input to the native API")
struct NativeHostileTests {
    private let native: NativeServer
    private var test: TestDirectory { native.test }

    init() async throws {
        native = try await NativeServer()
    }

    static let bodies = [
        "", "{", "[]", "null", "7", "\"x\"", "{}", #"{"username":null}"#, #"{"username":["a"]}"#,
        #"{"username":""}"#, #"{"username":"-a"}"#, #"{"username":"a b"}"#, #"{"username":"a/b"}"#,
        #"{"username":"\u0000"}"#, #"{"username":"\u00e9"}"#, #"{"username":"a","username":"b"}"#,
        #"{"username":"a","usr":1}"#, #"{"username":"a","id":7}"#, #"{"username":"a","uuid":"x"}"#,
        #"{"username":"a","password":""}"#, #"{"username":"a","password":"short"}"#,
        #"{"username":"a","password":7}"#, #"{"username":"a","permissions":65}"#,
        #"{"username":"a","permissions":-1}"#, #"{"username":"a","permissions":"64"}"#,
        #"{"username":"a","permissions":true}"#, #"{"username":"a","permissions":16.0}"#,
        #"{"username":"a","enabled":"false"}"#, #"{"username":"a","enabled":0}"#,
        #"{"username":"a","hosts":"10.0.0.1"}"#, #"{"username":"a","hosts":[1]}"#,
        #"{"username":"a","hosts":["10.0.0.1/8"]}"#, #"{"username":"a","hosts":["localhost"]}"#,
        #"{"username":"a","hosts":null}"#, #"{"username":"a","readbm":-1}"#,
        #"{"username":"a","readbm":9223372036854775808}"#, #"{"username":"a","writebm":1e3}"#,
        #"{"username":"a","lviewbm":"1"}"#, #"{"username":"a","timeout":2147483648}"#,
        #"{"username":"a","timeout":-1}"#, #"{"username":"a","name":"a\u0007b"}"#,
        #"{"username":"a","name":7}"#, #"{"username":"a","email":"no address"}"#,
        #"{"username":"a","email":"a@b@c"}"#, #"{"username":"a","api_permitted":null}"#,
    ]

    @Test("a body that does not fit is refused with a reason, and makes nobody", arguments: bodies)
    func create(_ body: String) async throws {
        let count = try await test.auditEvents().count
        let answer = try await native.send(.post, "/users", body)
        #expect(answer.status == .badRequest)
        let error = try #require(ErrorRecord(in: try await answer.object()), "no error")
        #expect(!error.message.isEmpty && error.message.utf8.count < 600)
        let codes = [
            "input.malformed", "input.invalid", "user.username_invalid", "password.policy",
        ]
        #expect(codes.contains(error.code), "\(error.code)")
        let total = try await native.send(.get, "/users?limit=1").object()["total"]
        #expect(total == .integer(1))
        #expect(try await test.auditEvents().count == count)
    }

    @Test("the same bodies change nobody", arguments: bodies.filter { $0 != "{}" && !$0.isEmpty })
    func update(_ body: String) async throws {
        let count = try await test.auditEvents().count
        let answer = try await native.send(.patch, "/users/2", body)
        #expect(answer.status == .badRequest)
        #expect(try await test.auditEvents().count == count)
        var after = try await test.current(test.administrator)
        after.lastKeyUse = test.administrator.lastKeyUse
        #expect(after == test.administrator)
    }

    @Test("a password is not changed among other things, and the refusal says where it is")
    func patchPassword() async throws {
        let body = #"{"password":"Correct-Horse-8"}"#
        let answer = try await native.send(.patch, "/users/2", body)
        #expect(answer.status == .badRequest)
        let text = try await answer.text()
        #expect(text.contains("/users/{ref}/password") && !text.contains("Correct-Horse-8"))
    }

    @Test(
        "a reference that names nobody is not found, whatever it holds",
        arguments: [
            "0", "1", "-1", "007", "99999999999999999999", "nobody", "%00", "%2e%2e", "..%2F2",
            "2%20", "2;", "%F0%9F%98%80", "'%20OR%201=1", "3b9ac9ff-0000-4000-8000-000000000000",
            "a%2Fb", ":ref", "*",
        ]
    )
    func references(_ ref: String) async throws {
        for method in [HTTPRequest.Method.get, .patch, .delete] {
            let answer = try await native.send(method, "/users/\(ref)", "{}")
            #expect(answer.status == .notFound, "\(method) \(ref)")
        }
        #expect(try await native.send(.post, "/users/\(ref)/unlock").status == .notFound)
        #expect(try await native.send(.delete, "/users/\(ref)/sessions").status == .notFound)
        #expect(try await native.send(.delete, "/sessions/\(ref)").status == .notFound)
    }

    @Test(
        "a path that is not percent-encoded UTF-8 is refused",
        arguments: ["%", "%4", "%zz", "%FF"]
    )
    func malformedPaths(_ ref: String) async throws {
        #expect(try await native.send(.get, "/users/\(ref)").status == .badRequest)
    }

    @Test(
        "a query that does not fit is refused, naming the parameter",
        arguments: [
            ("/users?limit=0", "limit"), ("/users?limit=10001", "limit"),
            ("/users?limit=-1", "limit"), ("/users?limit=x", "limit"), ("/users?after=x", "after"),
            ("/users?sort=password", "sort"), ("/users?f=%00", "f"),
            ("/sessions?limit=0", "limit"), ("/sessions?limit=10001", "limit"),
        ]
    )
    func queries(_ path: String, _ name: String) async throws {
        let answer = try await native.send(.get, path)
        #expect(answer.status == .badRequest)
        #expect(try await answer.text().contains("\\\"\(name)\\\""))
    }

    @Test("a user or group in a query that names nobody is not found")
    func unknownInQuery() async throws {
        for path in [
            "/sessions?user=99", "/sessions?user=", "/users?group=99", "/users?group=x",
            "/users?group=name:", "/users?group=" + String(repeating: "a", count: 2000),
        ] {
            #expect(try await native.send(.get, path).status == .notFound, "\(path)")
        }
    }

    @Test("methods and paths that are not there are told apart")
    func methods() async throws {
        let put = try await native.send(.put, "/users/2", "{}")
        #expect(put.status == .methodNotAllowed)
        #expect(put.headers[.allow] == "DELETE, GET, HEAD, PATCH")
        let keys = try await native.send(.get, "/users/2/keys")
        #expect(keys.status == .methodNotAllowed && keys.headers[.allow] == "DELETE, PUT")
        for path in ["", "/", "/user", "/users/2/", "/users/2/key", "/sessions/a/b"] {
            #expect(try await native.send(.get, path).status == .notFound, "\(path)")
        }
    }
}
