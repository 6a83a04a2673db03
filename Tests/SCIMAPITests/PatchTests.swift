import SCIMAPI
import Testing
import WireJSON

@Suite("Changes of SCIM")
struct PatchTests {
    /// A change of the one user, and what of it then is there: attribute and JSON.
    struct Row: Sendable, CustomTestStringConvertible {
        let operations: String
        let attribute: String
        let after: String?

        var testDescription: String { operations }

        init(_ operations: String, _ attribute: String, _ after: String?) {
            self.operations = operations
            self.attribute = attribute
            self.after = after
        }
    }

    private static let jane = #"""
        {"id":"a","userName":"jane","displayName":"Jane","active":true,"name":{"familyName":"Doe"},
         "emails":[{"value":"w@example.com","type":"work","primary":true}],
         "groups":[{"value":"g"}],"roles":[{"value":"Standard"}]}
        """#
    private static let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

    private static func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8)) else {
            return JSONObject()
        }
        return object
    }

    private func apply(_ operations: String) throws -> JSONObject {
        let patch = try SCIMPatch(
            try Self.object(#"{"Operations":[\#(operations)]}"#),
            of: .user
        )
        return try patch.apply(to: try Self.object(Self.jane))
    }

    static let rows: [Row] = [
        Row(#"{"op":"Replace","path":"active","value":"False"}"#, "active", "false"),
        Row(#"{"op":"replace","value":{"active":false}}"#, "active", "false"),
        Row(#"{"op":"add","path":"displayName","value":"J"}"#, "displayName", #""J""#),
        Row(#"{"op":"replace","path":"displayName","value":""}"#, "displayName", nil),
        Row(#"{"op":"remove","path":"displayName"}"#, "displayName", nil),
        Row(
            #"{"op":"replace","path":"name.givenName","value":"J"}"#,
            "name",
            #"{"familyName":"Doe","givenName":"J"}"#
        ),
        Row(
            #"{"op":"add","value":{"name.givenName":"J"}}"#,
            "name",
            #"{"familyName":"Doe","givenName":"J"}"#
        ),
        Row(#"{"op":"remove","path":"name.familyName"}"#, "name", nil),
        Row(
            #"{"op":"Add","path":"emails[type eq \"work\"].value","value":"n@example.com"}"#,
            "emails",
            #"[{"value":"n@example.com","type":"work","primary":true}]"#
        ),
        Row(
            #"{"op":"replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"+1"}"#,
            "phoneNumbers",
            #"[{"value":"+1","type":"mobile"}]"#
        ),
        Row(
            #"{"op":"remove","path":"emails[type eq \"home\"]"}"#,
            "emails",
            #"[{"value":"w@example.com","type":"work","primary":true}]"#
        ),
        Row(#"{"op":"remove","path":"emails[type eq \"work\"]"}"#, "emails", nil),
        Row(
            #"{"op":"remove","path":"emails","value":[{"value":"W@Example.com"}]}"#,
            "emails",
            nil
        ),
        Row(
            #"{"op":"remove","path":"emails[type eq \"home\"].value"}"#,
            "emails",
            #"[{"value":"w@example.com","type":"work","primary":true}]"#
        ),
        Row(
            #"{"op":"replace","path":"emails[primary eq true].value","value":"p@example.com"}"#,
            "emails",
            #"[{"value":"p@example.com","type":"work","primary":true}]"#
        ),
        Row(
            #"{"op":"add","path":"emails","value":[{"value":"h@example.com","primary":true}]}"#,
            "emails",
            #"[{"value":"w@example.com","type":"work","primary":false},{"value":"h@example.com","primary":true}]"#
        ),
        Row(#"{"op":"replace","path":"emails","value":[]}"#, "emails", nil),
        Row(
            #"{"op":"add","path":"roles","value":[{"value":"Administrator"}]}"#,
            "roles",
            #"[{"value":"Administrator"}]"#
        ),
        Row(
            #"{"op":"add","path":"\#(enterprise):department","value":"Ferry"}"#,
            enterprise,
            #"{"department":"Ferry"}"#
        ),
        Row(
            #"{"op":"add","path":"\#(enterprise).manager","value":"m"}"#,
            enterprise,
            #"{"manager":{"value":"m"}}"#
        ),
        Row(
            #"{"op":"replace","value":{"\#(enterprise)":{"department":"Ferry"}}}"#,
            enterprise,
            #"{"department":"Ferry"}"#
        ),
        Row(#"{"op":"replace","value":{"id":"a","displayName":"J"}}"#, "displayName", #""J""#),
        Row(#"{"op":"replace","path":"title","value":["Guide"]}"#, "title", #""Guide""#),
        Row(
            #"{"op":"add","path":"title","value":"A"},{"op":"replace","path":"title","value":"B"}"#,
            "title",
            #""B""#
        ),
        Row(
            #"{"op":"add","path":"photos","value":[]},{"op":"add","path":"title","value":"A"}"#,
            "title",
            #""A""#
        ),
    ]

    @Test("a change does what its operations say", arguments: rows)
    func made(_ row: Row) throws {
        let after = try apply(row.operations)
        let expected = try row.after.map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(after[row.attribute] == expected)
    }

    @Test(
        "what addresses nothing, or breaks a rule, is refused by the standard's word",
        arguments: [
            ("", SCIMFailure.Kind.invalidSyntax),
            (#"{"op":"move","path":"title"}"#, .invalidSyntax),
            (#"{"op":"add","path":"nosuch","value":1}"#, .invalidPath),
            (#"{"op":"add","path":"name.nosuch","value":"x"}"#, .invalidPath),
            (#"{"op":"add","path":"emails[type eq","value":"x"}"#, .invalidPath),
            (#"{"op":"add","path":"photos","value":[]}"#, .noTarget),
            (#"{"op":"replace","value":{"nosuch":1}}"#, .noTarget),
            (#"{"op":"replace","path":"name","value":{"nosuch":1}}"#, .noTarget),
            (#"{"op":"replace","path":"emails","value":[{"nosuch":1},{}]}"#, .noTarget),
            (#"{"op":"add","value":{"emails":{"address":"x@example.com"}}}"#, .noTarget),
            (#"{"op":"replace","path":"emails[type eq \"work\"]","value":{"x":1}}"#, .noTarget),
            (#"{"op":"remove"}"#, .noTarget), (#"{"op":"replace","value":"x"}"#, .invalidSyntax),
            (#"{"op":"replace","path":"title"}"#, .invalidValue),
            (#"{"op":"remove","path":"userName"}"#, .mutability),
            (#"{"op":"remove","path":"active"}"#, .mutability),
            (#"{"op":"remove","path":"password"}"#, .mutability),
            (#"{"op":"replace","path":"password","value":""}"#, .mutability),
            (#"{"op":"replace","value":{"password":null}}"#, .noTarget),
            (#"{"op":"replace","path":"userName","value":""}"#, .invalidValue),
            (#"{"op":"replace","path":"active","value":null}"#, .invalidValue),
            (#"{"op":"replace","path":"active","value":"maybe"}"#, .invalidValue),
            (#"{"op":"replace","path":"active","value":1}"#, .invalidValue),
            (#"{"op":"replace","path":"groups","value":[]}"#, .mutability),
            (#"{"op":"replace","path":"id","value":"b"}"#, .mutability),
            (#"{"op":"replace","value":{"id":"b","title":"x"}}"#, .mutability),
            (#"{"op":"replace","path":"title","value":["a","b"]}"#, .invalidValue),
            (#"{"op":"add","path":"emails[value co \"zz\"].type","value":"work"}"#, .noTarget),
            (#"{"op":"add","value":{"title":"a","TITLE":"b"}}"#, .invalidSyntax),
        ]
    )
    func refused(_ operations: String, _ kind: SCIMFailure.Kind) {
        let failure = #expect(throws: SCIMFailure.self) { try apply(operations) }
        #expect(failure?.kind == kind)
    }

    @Test(
        "members are steps, and a list that is removed is no list of all",
        arguments: [
            (
                #"{"op":"Add","path":"members","value":[{"value":"a","display":"A"},"b"]}"#,
                SCIMMembership.add(["a", "b"])
            ),
            (
                #"{"op":"Remove","path":"members","value":[{"$ref":null,"value":"a"}]}"#,
                .remove(["a"])
            ),
            (#"{"op":"remove","path":"members[value eq \"a\"]"}"#, .remove(["a"])),
            (
                #"{"op":"remove","path":"members[value eq \"a\" or value eq \"b\"]"}"#,
                .remove(["a", "b"])
            ),
            (#"{"op":"remove","path":"members"}"#, .removeAll),
            (#"{"op":"replace","path":"members","value":[]}"#, .replace([])),
            (#"{"op":"add","path":"members","value":null}"#, .add([])),
            (#"{"op":"replace","value":{"members":[{"value":"a"}]}}"#, .replace(["a"])),
        ]
    )
    func members(_ operation: String, _ step: SCIMMembership) throws {
        let patch = try SCIMPatch(
            try Self.object(#"{"operations":[\#(operation)]}"#),
            of: .group
        )
        #expect(patch.memberships == [step])
    }

    @Test("a body keeps what is known of it, and what names nothing goes")
    func body() throws {
        let text = #"""
            {"schemas":["urn:scim:schemas:core:1.0"],"USERNAME":"jane","nosuch":1,"id":"mine",
             "active":"TRUE","emails":{"value":"a@example.com"},"groups":[],"title":null,
             "urn:scim:schemas:extension:enterprise:1.0":{"manager":"m","Department":"D"}}
            """#
        let body = try SCIMBody(try Self.object(text), of: .user)
        let expected = #"""
            {"userName":"jane","active":true,"emails":[{"value":"a@example.com"}],
             "\#(Self.enterprise)":{"department":"D","manager":{"value":"m"}}}
            """#
        #expect(body.resource == (try Self.object(expected)))
        #expect(body.names("active") && body.names("title") && !body.names("roles"))
    }

    @Test("values are counted before they are compared, those of one operation and those of all")
    func many() throws {
        let hosts = (0..<129).map { #""10.0.0.\#($0)""# }.joined(separator: ",")
        let user = "urn:ietf:params:scim:schemas:extension:muster:2.0:User"
        #expect(throws: SCIMFailure.self) {
            try apply(#"{"op":"add","path":"\#(user):hosts","value":[\#(hosts)]}"#)
        }
        // The same one again and again is no less work.
        let same = Array(repeating: #""10.0.0.1""#, count: 129).joined(separator: ",")
        #expect(throws: SCIMFailure.self) {
            try apply(#"{"op":"add","path":"\#(user):hosts","value":[\#(same)]}"#)
        }
        let most = Array(repeating: #""10.0.0.1""#, count: 128).joined(separator: ",")
        let operation = #"{"op":"add","path":"\#(user):hosts","value":[\#(most)]}"#
        let few = Array(repeating: operation, count: 150).joined(separator: ",")
        #expect(try !apply(few).members.isEmpty)
        let many = Array(repeating: operation, count: 160).joined(separator: ",")
        #expect(throws: SCIMFailure.self) { try apply(many) }
    }

    @Test("names in values without a path are a thousand at most, however they are written")
    func names() throws {
        func names(_ count: Int) -> String {
            // Blanks before and after a name are no part of it.
            let pairs = (0..<count).map { number in
                let (before, after) = (number / 40, number % 40)
                let blanks = [before, after].map { String(repeating: " ", count: $0) }
                return #""\#(blanks[0])title\#(blanks[1])":"\#(number)""#
            }
            return #"{"op":"add","value":{\#(pairs.joined(separator: ","))}}"#
        }
        #expect(try apply(names(1_000))["title"] == .string("999"))
        let failure = #expect(throws: SCIMFailure.self) { try apply(names(1_001)) }
        #expect(failure?.kind == .tooMany)
        let two = [names(600), names(600)].joined(separator: ",")
        #expect(throws: SCIMFailure.self) { try apply(two) }
    }

    @Test("a change whose operations compare too many bytes is refused before it has compared them")
    func bytes() throws {
        let values = (0..<20).map {
            #"{"value":"\#($0)","display":"\#(String(repeating: "a", count: 1000))"}"#
        }
        let list =
            #"{"op":"replace","path":"phoneNumbers","value":[\#(values.joined(separator: ","))]}"#
        let word = String(repeating: "b", count: 400)
        let remove =
            #"{"op":"remove","path":"phoneNumbers[display co \"\#(word)\" or display co \"\#(word)\"]"}"#
        let few = [list] + Array(repeating: remove, count: 50)
        #expect(try apply(few.joined(separator: ","))["phoneNumbers"] != nil)
        let failure = #expect(throws: SCIMFailure.self) {
            let many = [list] + Array(repeating: remove, count: 900)
            return try apply(many.joined(separator: ","))
        }
        #expect(failure?.kind == .tooMany)
        // What takes the place of all that is there is compared with nothing.
        let whole = Array(repeating: list, count: 200)
        #expect(try apply(whole.joined(separator: ","))["phoneNumbers"] != nil)
    }

    @Test(
        "a text is found wherever it stands in another one",
        arguments: [
            ("aab", true), ("aaab", true), ("caab", true), ("ababac", true), ("b", true),
            ("abac", true), ("abab", true), ("bb", false), ("aaaa", false), ("ababad", false),
        ]
    )
    func contained(_ part: String, _ isFound: Bool) throws {
        let add =
            #"{"op":"add","path":"phoneNumbers","value":[{"value":"1","display":"caaabababacaab"}]}"#
        let remove = #"{"op":"remove","path":"phoneNumbers[display co \"\#(part)\"]"}"#
        #expect(try (apply("\(add),\(remove)")["phoneNumbers"] == nil) == isFound)
    }

    @Test("a public key is one whatever stands behind it, and two in one text are none")
    func keyLines() throws {
        let urn = "urn:ietf:params:scim:schemas:extension:muster:2.0:SSHKeys"
        let first = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJCQkJC"
        func keys(_ operations: String) throws -> [String] {
            let patch = try SCIMPatch(
                try Self.object(#"{"Operations":[\#(operations)]}"#),
                of: .userWithKeys
            )
            let before = try Self.object(
                #"{"userName":"jane","\#(urn)":{"keys":[{"value":"\#(first)","fingerprint":"SHA256:a"}]}}"#
            )
            guard case .object(let extended)? = try patch.apply(to: before)[urn],
                case .array(let keys)? = extended["keys"]
            else { return [] }
            return keys.map { key in
                guard case .object(let key) = key, case .string(let text)? = key["value"] else {
                    return ""
                }
                return text
            }
        }
        func operation(_ kind: String, _ value: String) -> String {
            #"{"op":"\#(kind)","path":"\#(urn):keys","value":[{"value":"\#(value)"}]}"#
        }
        #expect(try keys(operation("add", first + " jane@desk")) == [first])
        #expect(try keys(operation("add", first + #"\n"#)) == [first])
        let other = first.replacing("JCQ", with: "jcq")
        #expect(try keys(operation("add", other)) == [first, other], "keys know case")
        #expect(try keys(operation("remove", first + " of another name")) == [])
        #expect(try keys(operation("remove", other)) == [first])
        let filter = #"keys[fingerprint eq \"SHA256:a\"]"#
        #expect(try keys(#"{"op":"remove","path":"\#(urn):\#(filter)"}"#) == [])
        let two = first + #"\n"# + other
        #expect(try keys(operation("replace", two)) == [first + "\n" + other], "to be refused")
        #expect(throws: SCIMFailure.self) {
            try SCIMPatch(
                try Self.object(#"{"Operations":[\#(operation("add", first))]}"#),
                of: .user
            )
        }
    }
}
