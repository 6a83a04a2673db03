import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("POST /muster/v1/users/import and GET /muster/v1/users/export", .everyStore)
struct ImportRouteTests {
    private static let lines: HTTPFields = [.contentType: "application/x-ndjson"]

    private let test: TestDirectory
    private let server: TestServer

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
    }

    private func send(
        _ query: String,
        _ body: String,
        fields: HTTPFields = lines,
        as keys: APIKeyPair? = nil
    ) async throws -> Response {
        try await server.send(
            .post,
            "/muster/v1/users/import" + query,
            as: keys ?? test.administratorKeys,
            body: body,
            fields: fields
        )
    }

    private func answer(_ query: String, _ body: String) async throws -> [String] {
        let response = try await send(query, body)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "application/x-ndjson")
        return try await response.text().split(separator: "\n").map(String.init)
    }

    private func export(_ query: String = "") async throws -> String {
        try await server.send(
            .get,
            "/muster/v1/users/export" + query,
            as: test.administratorKeys
        ).text()
    }

    private static func done(_ created: Int, _ updated: Int = 0, _ unchanged: Int = 0) -> String {
        #"{"done":true,"created":\#(created),"updated":\#(updated),"unchanged":\#(unchanged),"failed":0}"#
    }

    @Test("lines are taken and counted")
    func creation() async throws {
        let body = """
            {"username":"jane","name":"Jane","hosts":["10.0.0.0/8"],"password_hash":"instant$1$1$41"}

            {"username":"joe@example.com","permissions":32,"enabled":false,"name":null}
            """
        #expect(try await answer("", body) == [#"{"progress":2}"#, Self.done(2)])
        let text = try await export("?hashes=true")
        #expect(text.split(separator: "\n").count == 3)
        #expect(text.contains(#""username":"jane","name":"Jane""#))
        #expect(text.contains(#""password_hash":"instant$1$1$41""#))
    }

    @Test("what was exported can be imported again, and is then unchanged")
    func roundTrip() async throws {
        let body = (0..<1200).map { #"{"username":"u\#($0)","readbm":\#($0)}"# }
        _ = try await answer("", body.joined(separator: "\n"))
        let exported = try await export("?hashes=true")
        #expect(exported.split(separator: "\n").count == 1201)
        let again = try await answer("?mode=upsert", exported)
        #expect(again.last == Self.done(0, 0, 1201))
        let other = try await TestDirectory()
        let elsewhere = try await TestServer(other).send(
            .post,
            "/muster/v1/users/import?mode=upsert",
            as: other.administratorKeys,
            body: exported,
            fields: Self.lines
        ).text()
        #expect(elsewhere.contains(#""created":1200,"#) && elsewhere.contains(#""failed":0"#))
    }

    @Test("without being asked for, no hash leaves the directory")
    func noHashes() async throws {
        #expect(try await !export().contains("password_hash"))
        #expect(try await !export("?hashes=false").contains("instant$"))
    }

    @Test("one bad line is enough to take nothing, and every bad line is named")
    func stop() async throws {
        let body = """
            {"username":"good"}
            {"username":"bad name"}
            not json
            {"username":"admin@example.com"}
            {"username":"good"}
            {"username":"other","colour":"red"}
            """
        let lines = try await answer("", body)
        #expect(lines.count == 6)
        #expect(
            Set(lines.dropLast().compactMap { $0.firstMatch(of: /"line":([0-9]+)/)?.output.1 })
                == ["2", "3", "4", "5", "6"]
        )
        #expect(lines.last?.contains(#""done":false,"created":0,"#) == true)
        #expect(lines.last?.contains(#""code":"import.stopped""#) == true)
        #expect(try await test.directory.userCount() == 1)
    }

    @Test("or the good ones are taken and the bad ones named")
    func goOn() async throws {
        let body = """
            {"username":"good"}
            {"username":"bad name"}
            {"username":"fine","password":"short"}
            {"username":"better","password":"Long-Enough-1"}
            """
        let lines = try await answer("?on_error=continue&results=all", body)
        #expect(lines.last == #"{"done":true,"created":2,"updated":0,"unchanged":0,"failed":2}"#)
        #expect(lines.contains { $0.contains(#""line":2"#) && $0.contains(#""field":"username""#) })
        #expect(lines.contains { $0.contains(#""line":3"#) && $0.contains("password.policy") })
        #expect(lines.contains { $0.contains(#""line":4,"result":"created","username":"better""#) })
        _ = try await test.logIn("better", Secret("Long-Enough-1"))
    }

    @Test("more than a batch is written in its order")
    func batches() async throws {
        let count = ImportService.batchSize * 2 + 3
        let body = (1...count).map { #"{"username":"u\#($0)"}"# }.joined(separator: "\n")
        for query in ["?on_error=continue", "?mode=upsert"] {
            let last = try await answer(query, body).last
            let isFirst = query.contains("continue")
            #expect(last == (isFirst ? Self.done(count) : Self.done(0, 0, count)))
        }
        let ids = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.userIDs(named: (1...count).map { Username(stored: "u\($0)") })
        }
        #expect(ids.compactMap { $0?.rawValue } == (0..<count).map { Int64($0 + 3) })
    }

    @Test("a dry run shows what would change, without secrets, and changes nothing")
    func dryRun() async throws {
        _ = try await test.makeUser("jane@example.com")
        let body = """
            {"username":"jane@example.com","name":"Root","password":"Secret-Word-1"}
            {"username":"new"}
            """
        let lines = try await answer("?dry_run=true&mode=upsert&results=all", body)
        let changes = #"[{"field":"name","value":"Root"},{"field":"password","value":"changed"}]"#
        #expect(lines.first?.contains(#""result":"updated""#) == true)
        #expect(lines.first?.contains(changes) == true)
        #expect(!lines.joined().contains("Secret-Word"))
        #expect(
            lines.last?.hasPrefix(#"{"done":true,"dry_run":true,"created":1,"updated":1"#) == true
        )
        #expect(try await test.directory.userCount() == 2)
    }

    @Test("with results=administrators the lines that let their users administer are shown")
    func administrators() async throws {
        let body = """
            {"username":"ann","role":"administrator"}
            {"username":"bob","writebm":8}
            {"username":"eve"}
            """
        for query in ["", "&on_error=continue"] {
            let lines = try await answer("?results=administrators&mode=upsert" + query, body)
                .filter { $0.contains("result") }
            #expect(
                lines
                    == (query.isEmpty
                        ? [
                            #"{"line":1,"result":"created","username":"ann","id":3,"administers_by":["permissions"]}"#,
                            #"{"line":2,"result":"created","username":"bob","id":4,"administers_by":["writebm"]}"#,
                        ] : [])
            )
        }
    }

    @Test("the caller's own administration is kept where it is asked for")
    func ownAdministration() async throws {
        let administrator =
            #"{"username":"other","role":"administrator","password":"Walnut-Ferry-82"}"#
        _ = try await answer("", administrator)
        let own = #"{"username":"\#(TestDirectory.administratorName)","role":"basic"}"#
        let lines = try await answer("?mode=upsert&keep_administration=true", own)
        #expect(
            lines[0].contains(#""access.own_account""#) && lines[0].contains(#""field":"role""#)
        )
        #expect(lines[1].contains(#""import.stopped""#))
        #expect(try await answer("?mode=upsert", own).last == Self.done(0, 1))
    }

    @Test("complaints quote the value and name the field as the line did")
    func complaints() async throws {
        let cases = [
            (#""role":33"#, "role", #"not \"33\""#),
            (#""permissions":33"#, "permissions", #"not \"33\""#),
            (#""email":"x""#, "email", #"not \"x\""#),
            (#""name":"a\u0001""#, "name", #"not \"a\\u{01}\""#),
            (#""ssh_keys":["ssh-rsa AAA"]"#, "ssh_keys", "The key"),
        ]
        for (member, field, told) in cases {
            let line = try await answer("?dry_run=true", #"{"username":"a",\#(member)}"#)[0]
            #expect(line.contains(#""field":"\#(field)""#), "\(line)")
            #expect(line.contains(told), "\(line)")
        }
    }

    @Test("the body has to be said to be JSON lines")
    func mediaType() async throws {
        for type in ["", "application/json", "text/csv", "application/x-ndjsonx"] {
            let response = try await send("", "{}", fields: [.contentType: type])
            #expect(response.status == .unsupportedMediaType)
        }
        for type in ["application/x-ndjson; charset=utf-8", "Application/JSONL"] {
            #expect(try await send("", "", fields: [.contentType: type]).status == .ok)
        }
    }

    @Test(
        "options are refused by name",
        arguments: [
            "mode=merge", "on_error=x", "dry_run=1", "results=", "keep_administration=1",
        ]
    )
    func options(_ query: String) async throws {
        let response = try await send("?" + query, "{}")
        #expect(response.status == .badRequest)
    }

    @Test("nobody but administrators imports or exports")
    func strangers() async throws {
        let path = "/muster/v1/users/import"
        #expect(try await server.send(.post, path, fields: Self.lines).status == .unauthorized)
        #expect(try await server.send(.get, "/muster/v1/users/export").status == .unauthorized)
        let user = try await test.makeUser("jane@example.com")
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        #expect(try await send("", "{}", as: keys).status == .forbidden)
        #expect(
            try await server.send(.get, "/muster/v1/users/export", as: keys).status == .forbidden
        )
    }

    @Test("a store that fails says so at the end, and nothing half is left")
    func storeFails() async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        store.failWrites(1)
        let text = try await TestServer(test).send(
            .post,
            "/muster/v1/users/import",
            as: test.administratorKeys,
            body: #"{"username":"jane"}"#,
            fields: Self.lines
        ).text()
        #expect(text.contains(#""done":false"#) && text.contains("store.unavailable"))
        #expect(try await test.directory.userCount() == 1)
    }
}

extension Directory {
    /// How many users there are.
    func userCount() async throws(MusterError) -> Int {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.userCount() }
    }
}
