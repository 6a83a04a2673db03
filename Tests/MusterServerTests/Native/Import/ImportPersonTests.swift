import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterAPI
@testable import MusterServer

@Suite("Persons in imports, exports and records", .everyStore)
struct ImportPersonTests {
    private static let lines: HTTPFields = [.contentType: "application/x-ndjson"]
    private static let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    /// Of everything that is kept of a person.
    private static let full = """
        {"username":"ada","email":"ada@example.com","external_id":"00u1","person":\
        {"name":{"formatted":"Dr. Ada B. Example","familyName":"Example","givenName":"Ada"},\
        "nickName":"A","profileUrl":"https://example.com/ada","title":"Analyst","userType":"Staff",\
        "preferredLanguage":"en","locale":"en-GB","timezone":"Europe/London",\
        "phoneNumbers":[{"value":"+1 555 0100","type":"work","primary":true}],\
        "addresses":[{"streetAddress":"1 Street","locality":"Town","type":"work"}],\
        "emails":[{"type":"work","primary":true},{"value":"a@example.org","type":"home"}],\
        "displayName":true,"roles":[{"primary":true}],\
        "\(enterprise)":{"employeeNumber":"7","department":"Research",\
        "manager":{"value":"11111111-1111-4111-8111-111111111111"}},\
        "posix":{"homeDirectory":"/srv/ada","loginShell":"/bin/zsh"}}}
        """

    private let test: TestDirectory
    private let server: TestServer

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
    }

    private func importing(_ query: String, _ body: String) async throws -> String {
        try await server.send(
            .post,
            "/muster/v1/users/import" + query,
            as: test.administratorKeys,
            body: body,
            fields: Self.lines
        ).text()
    }

    private func export(_ server: TestServer, _ keys: APIKeyPair) async throws -> String {
        try await server.send(.get, "/muster/v1/users/export", as: keys).text()
    }

    /// The line of a user in an export.
    private func line(_ name: String, _ text: String) throws -> JSONObject {
        let line = text.split(separator: "\n").first { $0.contains(#""username":"\#(name)""#) }
        let value = try JSONValue(parsing: Array(try #require(line).utf8))
        guard case .object(let object) = value else { return JSONObject() }
        return object
    }

    private func record(_ name: String) async throws -> AccountRecord {
        let answer = try await server.send(
            .get,
            "/muster/v1/users/" + name,
            as: test.administratorKeys
        )
        return try AccountRecord(try await answer.object())
    }

    @Test("a person goes out as it came in, into another directory too, and is then unchanged")
    func roundTrip() async throws {
        #expect(try await importing("", Self.full).contains(#""created":1,"#))
        let exported = try await export(server, test.administratorKeys)
        let sent = try JSONValue(parsing: Array(Self.full.utf8))
        guard case .object(let sent) = sent else { return }
        for name in ["external_id", "person"] {
            #expect(try line("ada", exported)[name] == sent[name])
        }
        #expect(try await importing("?mode=upsert", exported).contains(#""unchanged":2,"#))
        let other = try await TestDirectory()
        let elsewhere = TestServer(other)
        _ = try await elsewhere.send(
            .post,
            "/muster/v1/users/import?mode=upsert",
            as: other.administratorKeys,
            body: exported,
            fields: Self.lines
        ).text()
        let again = try await export(elsewhere, other.administratorKeys)
        #expect(try line("ada", again) == line("ada", exported))
    }

    @Test("the record of a user shows it, and that of a user without one has no such member")
    func record() async throws {
        _ = try await importing("", Self.full + "\n" + #"{"username":"bo"}"#)
        let ada = try await record("ada")
        #expect(ada.externalID == "00u1")
        #expect(ada.person?["title"] == .string("Analyst"))
        let bo = try await record("bo")
        #expect(bo.externalID == nil && bo.person == nil)
    }

    @Test("a line changes the members and parts that it names, and null takes away")
    func parts() async throws {
        _ = try await importing("", Self.full)
        let change = """
            {"username":"ada","external_id":null,"person":{"title":null,"nickName":"B",\
            "name":{"givenName":"Bea"},"phoneNumbers":[{"value":"2","type":"home"}],\
            "\(Self.enterprise)":{"department":null}}}
            """
        let answer = try await importing("?mode=upsert&results=all", change)
        #expect(answer.contains(#"{"field":"external_id","value":"none"}"#))
        #expect(answer.contains(#"{"field":"person","value":"changed"}"#))
        let ada = try await record("ada")
        let person = try #require(ada.person)
        #expect(ada.externalID == nil)
        #expect(person["title"] == nil && person["nickName"] == .string("B"))
        #expect(person["name"]?["givenName"] == .string("Bea"))
        #expect(person["name"]?["familyName"] == .string("Example"))
        #expect(person["phoneNumbers"] == .array([["value": "2", "type": "home"]]))
        #expect(person[Self.enterprise]?["department"] == nil)
        #expect(person[Self.enterprise]?["employeeNumber"] == .string("7"))
    }

    @Test(
        "what is no person is a bad line that says what is wrong with it",
        arguments: [
            (#"{"shoeSize":7}"#, #"must not have \"shoeSize\", which is no member of a person"#),
            (#"{"name":{"shoe":"x"}}"#, #"has \"shoe\" in \"name\", which is no part of it"#),
            (#"{"title":7}"#, #"cannot be kept: \"title\" must be a string, not 7."#),
            (
                #"{"displayName":"Ada"}"#,
                #"which is true or false here: the name itself is the field \"name\""#
            ),
            (
                #"{"roles":[{"value":"Basic"}]}"#,
                #"that say more than \"primary\": the role itself is the field \"permissions\""#
            ),
            (
                #"{"emails":[{"type":"work"},{"type":"home"}]}"#,
                "has two addresses without a value, and one alone is the user's own"
            ),
            ("7", "must be an object"), ("null", "must be an object"),
        ]
    )
    func badPerson(_ person: String, _ rule: String) async throws {
        let answer = try await importing("", #"{"username":"ada","person":\#(person)}"#)
        #expect(answer.contains(rule), "\(answer)")
        #expect(answer.contains(#""field":"person""#))
        #expect(try await test.directory.userCount() == 1)
    }

    @Test("what is too long to be kept is a bad line, alone and with what is there")
    func tooLong() async throws {
        let long = String(repeating: "x", count: 250)
        let many = (0..<20).map { #"{"value":"\#(long)\#($0)","display":"\#(long)"}"# }
        let phones = #""phoneNumbers":[\#(many.joined(separator: ","))]"#
        let addresses = many.map { $0.replacing("value", with: "streetAddress") }
            .map { $0.replacing("display", with: "formatted") }.joined(separator: ",")
        let both = #"{"username":"ada","person":{\#(phones),"addresses":[\#(addresses)]}}"#
        let answer = try await importing("", both)
        #expect(answer.contains("bytes, and at most 16384 are kept"))
        let one = try await importing("", #"{"username":"ada","person":{\#(phones)}}"#)
        #expect(one.contains(#""created":1,"#))
        let more = #"{"username":"ada","person":{"addresses":[\#(addresses)]}}"#
        let refused = try await importing("?mode=upsert", more)
        #expect(refused.contains("bytes, and at most 16384 are kept"))
        let id = #"{"username":"bo","external_id":"\#(String(repeating: "x", count: 256))"}"#
        #expect(try await importing("", id).contains(#""field":"external_id""#))
        let control = #"{"username":"bo","external_id":"a\u0000"}"#
        #expect(
            try await importing("", control).contains(
                #"cannot be kept: \"externalId\" must have no control characters."#
            )
        )
    }

    @Test("the log says that a person was set, and not what it is")
    func audit() async throws {
        _ = try await importing("", Self.full)
        let events = try await test.auditEvents().filter { $0.action == .userCreate }
        let fields = try #require(events.last?.fields)
        #expect(fields.contains { $0.key == "person" && $0.value == "set" })
        #expect(!fields.contains { $0.value.contains("Analyst") })
    }
}

extension JSONValue {
    fileprivate subscript(_ name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }
}
