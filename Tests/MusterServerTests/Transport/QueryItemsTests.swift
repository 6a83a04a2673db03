import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Queries and forms")
struct QueryItemsTests {
    @Test(
        "a value is decoded once",
        arguments: [
            ("a=1", "1"), ("a=", ""), ("a", ""), ("a=b=c", "b=c"), ("a=1+2", "1 2"),
            ("a=1%2B2", "1+2"),
            ("a=%41%6a%6A", "Ajj"), ("a=%2541", "%41"), ("a=%26%3D%3B", "&=;"),
            ("a=%C3%A9", "\u{E9}"),
            ("a=%00", "\0"), ("&&a=1&&", "1"), ("%61=1", "1"), ("b=2&a=1&a=3", "1"),
            ("a=;b=2", ";b=2"),
            ("a=\u{E9}", "\u{E9}"), ("a=%F0%9F%98%80", "\u{1F600}"),
        ]
    )
    func values(_ text: String, _ value: String) throws {
        #expect(try QueryItems(text)["a"] == value)
    }

    @Test(
        "what is not there is nil",
        arguments: ["", "&", "=", "=1", "A=1", "aa=1", "b=a", "%2561=1", " a=1"]
    )
    func absent(_ text: String) throws {
        #expect(try QueryItems(text)["a"] == nil)
    }

    @Test("all values of a name keep their order")
    func all() throws {
        let items = try QueryItems("f=1&g=2&f=3&f=&f")
        #expect(items.all("f") == ["1", "3", "", ""])
        #expect(items.all("x") == [])
    }

    @Test(
        "a broken escape, or what is not UTF-8, is refused",
        arguments: [
            "a=%", "a=%4", "a=%4g", "a=%g4", "a=%%41", "a=% 41", "a=%-1", "a=%+1", "a=%u0041",
            "%=1", "a=%FF",
            "a=%C3", "a=%C0%AF", "a=%ED%A0%80", "a=%F4%90%80%80", "b=%FF&a=1", "a=%\u{FF11}1",
        ]
    )
    func broken(_ text: String) async {
        let refusal = await failure { try QueryItems(text) }
        #expect(refusal?.code == .inputMalformed)
    }

    @Test("there are a hundred names at most, and what is empty is none")
    func count() async throws {
        let most = String(repeating: "a=1&&", count: 100)
        #expect(try QueryItems(most).all("a").count == 100)
        let refusal = await failure { try QueryItems(most + "b") }
        #expect(refusal?.code == .inputMalformed)
    }

    @Test("in a path a plus is a plus")
    func paths() async throws {
        #expect(try PercentEncoding.decode(Array("a+b%20c".utf8), plusIsSpace: false) == "a+b c")
        let refusal = await failure {
            try PercentEncoding.decode(Array("%zz".utf8), plusIsSpace: false)
        }
        #expect(refusal?.code == .inputMalformed)
    }

    @Test(
        "a list of users is asked for page by page",
        arguments: [
            ("", UserQuery(limit: 500), false), ("limit=1", UserQuery(limit: 1), true),
            ("limit=10000&after=7", UserQuery(limit: 10_000, after: UserID(rawValue: 7)), true),
            ("q=ja%25", UserQuery(limit: 500, prefix: "ja%"), false),
            ("q=", UserQuery(limit: 500), false),
            ("sort=name", UserQuery(limit: 500, sort: .name), false),
            ("sort=-email", UserQuery(limit: 500, sort: .email, isDescending: true), false),
            ("after=0&unknown=1", UserQuery(limit: 500, after: UserID(rawValue: 0)), false),
        ] as [(String, UserQuery, Bool)]
    )
    func userQueries(_ text: String, _ query: UserQuery, _ hasLimit: Bool) throws {
        let read = try QueryItems(text).userQuery()
        #expect(read.query == query && read.hasLimit == hasLimit)
    }

    @Test(
        "a parameter that is out of range is named",
        arguments: [
            ("limit=0", "limit"), ("limit=10001", "limit"), ("limit=", "limit"),
            ("limit=-1", "limit"),
            ("limit=%2B1", "limit"), ("limit=1.0", "limit"), ("limit=1e3", "limit"),
            ("limit=0x1", "limit"),
            ("limit=99999999999999999999", "limit"), ("limit=%D9%A1", "limit"),
            ("after=x", "after"),
            ("after=-1", "after"), ("after=9223372036854775808", "after"), ("sort=", "sort"),
            ("sort=password", "sort"), ("sort=--name", "sort"), ("sort=NAME", "sort"),
            ("sort=name,id", "sort"),
            ("sort=-", "sort"),
        ]
    )
    func badUserQueries(_ text: String, _ field: String) async {
        let refusal = await failure { try QueryItems(text).userQuery() }
        #expect(refusal?.code == .inputInvalid && refusal?.details["field"] == field)
    }

    @Test(
        "a text between stars is what is contained, where that is searched for",
        arguments: [
            ("*ann*", nil, "ann"), ("***a***", nil, "**a**"), ("*a*b*", nil, "a*b"),
            ("*ann", "*ann", nil), ("ann*", "ann*", nil), ("*", "*", nil), ("a*b", "a*b", nil),
            ("*\u{E9}\u{E9}\u{1F511}*", nil, "\u{E9}\u{E9}\u{1F511}"), ("*%25%25%25*", nil, "%%%"),
        ] as [(String, String?, String?)]
    )
    func infixes(_ text: String, _ prefix: String?, _ infix: String?) throws {
        let query = try QueryItems("f=\(text)").userQuery(prefix: "f", takesInfix: true).query
        #expect(query.prefix == prefix && query.infix == infix)
        let other = try QueryItems("f=\(text)").userQuery(prefix: "f").query
        #expect(other.infix == nil && other.prefix != nil)
    }

    @Test(
        "what is contained has three characters at least",
        arguments: ["**", "*a*", "*\u{E9}\u{1F511}*"]
    )
    func shortInfixes(_ text: String) async {
        let refusal = await failure {
            try QueryItems("f=\(text)").userQuery(prefix: "f", takesInfix: true)
        }
        #expect(refusal?.details["field"] == "f")
        #expect(
            refusal?.details["rule"]
                == "needs at least 3 characters between its stars, not \"\(text)\""
        )
    }

    @Test("a prefix is no longer than a name")
    func longPrefix() async throws {
        let most = "q=" + String(repeating: "a", count: 254)
        #expect(try QueryItems(most).userQuery().query.prefix?.utf8.count == 254)
        let refusal = await failure { try QueryItems(most + "a").userQuery() }
        #expect(refusal?.details["field"] == "q")
    }

    @Test(
        "withRoles is true or false",
        arguments: [
            ("", false), ("withRoles=true", true), ("withRoles=TRUE", true),
            ("withRoles=false", false),
            ("withRoles=False", false), ("withroles=true", false),
        ]
    )
    func withRoles(_ text: String, _ wants: Bool) throws {
        #expect(try QueryItems(text).wantsRoles() == wants)
    }

    @Test("anything else is refused", arguments: ["withRoles=", "withRoles=1", "withRoles=yes"])
    func badWithRoles(_ text: String) async {
        let refusal = await failure { try QueryItems(text).wantsRoles() }
        #expect(refusal?.details["field"] == "withRoles")
    }
}
