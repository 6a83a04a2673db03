import ClientTestSupport
import HTTPTypes
import TenableClient
import Testing

@Suite("Requests of any kind", .timeLimit(.minutes(10)))
struct RequestTests {
    @Test("method, path, query and body go out as given")
    func sent() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.created, #"{"a":[1]}"#, [.requestUUID: "number", .retryAfter: "7"])
        } _: { tio, server in
            let answer = try await tio.get("users", query: ["q": "a b&c", "limit": "1"])
            try await tio.post("/groups", body: ["name": "Operators", "n": 1, "x": .null])
            try await tio.put("groups/6/", query: ["f": "ä"])
            try await tio.patch("groups/6", body: [true, "\"\n"])
            try await tio.delete("groups/6")
            #expect(
                server.lines == [
                    "GET /users?q=a%20b%26c&limit=1", "POST /groups", "PUT /groups/6?f=%C3%A4",
                    "PATCH /groups/6", "DELETE /groups/6",
                ]
            )
            #expect(
                server.received.map(\.body) == [
                    "", #"{"name":"Operators","n":1,"x":null}"#, "", #"[true,"\"\n"]"#, "",
                ]
            )
            #expect(server.received[1].fields[.contentType] == "application/json")
            #expect(server.received[2].fields[.contentType] == nil)
            #expect(answer.status == 201)
            #expect(answer.json == ["a": [1]])
            #expect(answer.body == Array(#"{"a":[1]}"#.utf8))
            #expect(answer.requestID == "number")
            #expect(answer.retryAfter == .seconds(7))
            #expect(answer.field("x-request-uuid") == "number")
            #expect(answer.field("nothing") == nil)
        }
    }

    @Test(
        "a path stays a path, whatever is in it",
        arguments: [
            ("users/a b", "/users/a%20b"), ("users?x=1", "/users%3Fx=1"), ("a#b", "/a%23b"),
            ("a%2Fb", "/a%2Fb"), ("//a//b/", "/a/b"), ("a\r\nb", "/a%0D%0Ab"), ("", "/"),
            ("users/jane@example.com", "/users/jane@example.com"),
        ]
    )
    func paths(_ path: String, _ target: String) async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok)
        } _: { tio, server in
            let answer = try await tio.get(path)
            #expect(answer.json == nil)
            #expect(server.received.map(\.target) == [target])
        }
    }

    @Test("a path that climbs is not sent", arguments: ["..", "users/../session", "./users"])
    func climbing(_ path: String) async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.ok)
        } _: { tio, server in
            let error = await refusal { () async throws(TenableError) in try await tio.get(path) }
            #expect(error?.kind == .notFound)
            #expect(server.received.isEmpty)
        }
    }

    @Test("the raw exchange hands over answers of any status")
    func exchange() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.conflict, #"{"error":"Duplicate username"}"#)
        } _: { tio, server in
            let answer = try await tio.exchange(
                .post,
                "/users?x=%20",
                route: "/users",
                body: Array("{}".utf8)
            )
            #expect(answer.status == 409)
            #expect(answer.json == ["error": "Duplicate username"])
            #expect(server.lines == ["POST /users?x=%20"])
            #expect(server.received[0].body == "{}")
        }
    }
}
