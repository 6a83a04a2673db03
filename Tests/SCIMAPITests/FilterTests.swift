import SCIMAPI
import Testing
import WireJSON

@Suite("Filters of SCIM")
struct FilterTests {
    private static let jane = #"""
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"a","externalId":"E-1",
         "userName":"Jane","active":true,"name":{"familyName":"Doe"},
         "emails":[{"value":"jane@example.com","type":"work","primary":true},
                   {"value":"jane@example.org","type":"home"}],
         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Ferry"},
         "meta":{"created":"2026-01-31T12:00:00.000Z"}}
        """#

    private func matches(_ filter: String) throws -> Bool {
        guard case .object(let resource) = try JSONValue(parsing: Array(Self.jane.utf8)) else {
            return false
        }
        return try SCIMFilter(filter, over: .user).matches(resource)
    }

    @Test(
        "a search for a login name and nothing else is known without a parser",
        arguments: [
            (#"userName eq "jane""#, "jane"), (#"USERNAME EQ "Jane (a) and ]""#, "Jane (a) and ]"),
            (#"username eq " ""#, " "), (#"userName eq "a\u0041""#, nil), (#"userName eq """#, nil),
            (#"userName eq "ü""#, nil), (#"userName  eq "a""#, nil), (#"userName eq a"#, nil),
            (#"userName eq "a" "#, nil), (#"userName eq "a" and active eq "b""#, nil),
            (#"userName ne "a""#, nil), (#"userName eq "\""#, nil), ("userName eq \"\t\"", nil),
            (#"userName eq ""#, nil), ("", nil),
            ("userName eq \"\(String(repeating: "a", count: 255))\"", nil),
        ] as [(String, String?)]
    )
    func sought(_ text: String, _ name: String?) throws {
        #expect(SCIMFilter.soughtUserName(text) == name)
        guard let name else { return }
        let equality = try SCIMFilter(text, over: .user).equality
        #expect(equality?.attribute == "userName" && equality?.part == nil)
        #expect(equality?.text == name)
    }

    @Test("a filter tells the moment before which nothing that passes it lies")
    func beginnings() throws {
        let moment: Int64 = 1_769_860_800_000
        for text in [
            "meta.lastModified gt 2026-01-31T12:00:00Z",
            #"META.lastModified GE "2026-01-31T13:00:00.000+01:00""#,
        ] {
            let found = try SCIMFilter(text, over: .user).beginning
            #expect(found?.attribute == "meta" && found?.part == "lastModified", "\(text)")
            #expect(found?.moment == moment, "\(text)")
        }
        for text in [
            "meta.lastModified lt 2026-01-31T12:00:00Z", "meta.lastModified pr",
            #"userName gt "a""#,
            "not (meta.lastModified gt 2026-01-31T12:00:00Z)",
        ] { #expect(try SCIMFilter(text, over: .user).beginning == nil, "\(text)") }
    }

    @Test(
        "a filter keeps whom it describes",
        arguments: [
            #"userName eq "jane""#, #"USERNAME Eq "JANE""#, #"userName sw J"#,
            #"externalId eq "E-1""#,
            #"name.familyName co "o""#, #"name.familyName pr"#, "not (nickName pr)",
            #"active eq true"#, #"active eq "True""#, #"emails eq "JANE@example.org""#,
            #"emails[type eq "work"].value eq "jane@example.com""#,
            #"emails[type eq "work" and value co "@example.com"]"#, #"emails.type eq "home""#,
            #"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "ferry""#,
            #"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "jane""#,
            #"meta.created gt "2026-01-31T12:59:59+01:00""#, "meta.created ge 2026-01-31T12:00:00Z",
            #"emails.type ne "work""#, #"nickName ne "x""#, "nickName eq null",
            #"schemas eq "urn:ietf:params:scim:schemas:core:2.0:User""#, #"id eq "a""#,
            #"emails[primary eq "True"].value"#,
            #"not (photos pr)"#, #"userName gt "jan" and userName lt "janf""#,
            #"not (photos[type eq "x"])"#, #"photos[type eq "x"].value or userName eq "jane""#,
        ]
    )
    func keeps(_ filter: String) throws {
        #expect(try matches(filter))
    }

    @Test(
        "a filter leaves out whom it does not describe",
        arguments: [
            #"userName eq "jan""#, #"externalId eq "e-1""#, #"not (userName eq "jane")"#,
            #"active eq false"#, #"emails[type eq "work" and value ew ".org"]"#,
            #"emails[type eq "home"].value eq "jane@example.com""#, "photos pr", "nickName pr",
            #"meta.created lt "2026-01-31T12:00:00Z""#, #"photos[type eq "x"]"#,
            #"photos[type eq "x" and value pr].value eq "y""#,
        ]
    )
    func leavesOut(_ filter: String) throws {
        #expect(try !matches(filter))
    }

    @Test("and binds tighter than or, on either side")
    func precedence() throws {
        let (yes, no) = (#"userName eq "jane""#, #"userName eq "joe""#)
        #expect(try matches("\(yes) or \(no) and \(no)"))
        #expect(try matches("\(no) and \(no) or \(yes)"))
        #expect(try !matches("(\(yes) or \(no)) and \(no)"))
        #expect(try !matches("\(no) and (\(no) or \(yes))"))
        #expect(try matches("not (\(no)) and \(yes)"))
    }

    @Test(
        "what is no filter is refused",
        arguments: [
            "", " ", "(", ")", "userName", "userName eq", #"userName eq "x"#,
            #"userName eq "x" and"#,
            #"userName eq "x")"#, #"nosuch eq "x""#, "userName is x", #"userName eq 'x'"#,
            #"userName eq "x" userName eq "y""#, "active gt true", #"active eq "maybe""#,
            #"emails[type eq "work""#, #"emails[nosuch eq "x"]"#, #"userName[x eq "y"]"#,
            #"name eq "x""#, #"meta.created gt "yesterday""#, #"userName eq "\x""#, "[", "]", "and",
            #"emails[type eq "work"].nosuch eq "x""#, "not userName pr", "userName eq {}",
        ]
    )
    func refused(_ filter: String) {
        let failure = #expect(throws: SCIMFailure.self) { try SCIMFilter(filter, over: .user) }
        #expect(failure?.kind == .invalidFilter)
    }

    @Test("passwords cannot be asked for")
    func sensitive() {
        let failure = #expect(throws: SCIMFailure.self) {
            try SCIMFilter(#"password eq "x""#, over: .user)
        }
        #expect(failure?.kind == .sensitive)
    }

    @Test("depth, length and comparisons are bounded")
    func bounds() throws {
        let deep = {
            String(repeating: "(", count: $0) + "userName pr" + String(repeating: ")", count: $0)
        }
        #expect(try matches(deep(SCIMFilter.maximumDepth)))
        let many = { Array(repeating: "userName pr", count: $0).joined(separator: " or ") }
        #expect(try matches(many(SCIMFilter.maximumComparisons)))
        let long = #"userName eq "\#(String(repeating: "x", count: SCIMFilter.maximumBytes))""#
        for filter in [
            deep(SCIMFilter.maximumDepth + 1), deep(4_000), many(SCIMFilter.maximumComparisons + 1),
            long, String(repeating: "not (", count: 1_000),
            String(repeating: "emails[", count: 1_000),
        ] {
            #expect(throws: SCIMFailure.self) { try SCIMFilter(filter, over: .user) }
        }
    }
}
