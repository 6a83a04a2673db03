import LDAPWire
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Where entries stand in LDAP's tree")
struct LDAPTreeTests {
    private let tree: LDAPTree

    init() throws {
        tree = LDAPTree(suffix: try #require(DistinguishedName("dc=example,dc=com".utf8)))
    }

    private func place(_ text: String) throws -> LDAPTree.Place {
        try tree.place(of: try #require(DistinguishedName(text.utf8)))
    }

    @Test(
        "names are read without regard to case and to blanks",
        arguments: [
            ("", .root), ("cn=Subschema", .schema), ("dc=example,dc=com", .suffix),
            ("DC=Example, DC=COM", .suffix), ("OU=People,dc=example,dc=com", .people),
            ("ou=groups,dc=example,dc=com", .groups),
            ("uid=jane@example.com,ou=people,dc=example,dc=com", .user("jane@example.com")),
            ("userid=Jane,ou=people,dc=example,dc=com", .user("Jane")),
            ("uid=bob\\2Bx,ou=people,dc=example,dc=com", .user("bob+x")),
            ("cn=R\\2C D,ou=groups,dc=example,dc=com", .group("R, D")),
            ("0.9.2342.19200300.100.1.1=Jane,2.5.4.11=people,dc=example,dc=com", .user("Jane")),
            (
                "commonName=a,organizationalUnitName=groups,domainComponent=example,DC=com",
                .group("a")
            ),
        ] as [(String, LDAPTree.Place)]
    )
    func places(_ name: String, _ expected: LDAPTree.Place) throws {
        #expect(try place(name) == expected)
    }

    @Test(
        "what is nowhere is told with the lowest entry above it",
        arguments: [
            ("dc=com", ""), ("ou=printers,dc=example,dc=com", "dc=example,dc=com"),
            ("cn=x,ou=people,dc=example,dc=com", "ou=people,dc=example,dc=com"),
            ("a=b,uid=jane,ou=people,dc=example,dc=com", "ou=people,dc=example,dc=com"),
            ("uid=a+cn=b,ou=people,dc=example,dc=com", "ou=people,dc=example,dc=com"),
            ("surname=a,2.5.4.11=people,dc=example,dc=com", "ou=people,dc=example,dc=com"),
        ]
    )
    func nowhere(_ name: String, _ above: String) throws {
        let result = #expect(throws: LDAPResult.self) { try place(name) }
        #expect(result?.code == .noSuchObject && result?.matchedDN == above)
    }

    @Test(
        "a client may bind under the forms that appliances have",
        arguments: [
            ("uid=jane,ou=people,dc=example,dc=com", "jane"),
            ("cn=jane,ou=people,dc=example,dc=com", "jane"), ("uid=jane,dc=example,dc=com", "jane"),
            ("jane", "jane"), ("jane@example.com", "jane@example.com"),
            ("bob+ops=x@example.com", "bob+ops=x@example.com"),
            ("userid=jane,2.5.4.11=people,domainComponent=example,dc=com", "jane"),
            ("uid=jane,dc=other", nil), ("uid=jane,ou=groups,dc=example,dc=com", nil),
            ("mail=jane,ou=people,dc=example,dc=com", nil), ("dc=example,dc=com", nil),
            ("jane doe", nil), ("uid=\\zz", nil),
        ] as [(String, String?)]
    )
    func binding(_ text: String, _ username: String?) {
        #expect(tree.username(bindingAs: Array(text.utf8)[...]) == username)
    }

    @Test("a page's mark is of one search, and cannot be made up")
    func cookies() throws {
        let digester = PlainDigester()
        let one = LDAPSearchDigest(bytes: [1])
        let start = LDAPPageStart(
            position: LDAPPosition(part: .user, number: 70_000),
            shown: 1_000
        )
        let cookie = start.cookie(of: one, digester)
        #expect(LDAPPageStart(cookie[...], of: one, digester) == start)
        #expect(LDAPPageStart(cookie[...], of: LDAPSearchDigest(bytes: [2]), digester) == nil)
        for place in cookie.indices {
            var changed = cookie
            changed[place] ^= 1
            #expect(LDAPPageStart(changed[...], of: one, digester) == nil, "byte \(place)")
        }
        for length in 0..<cookie.count {
            #expect(LDAPPageStart(cookie.prefix(length), of: one, digester) == nil)
        }
    }
}
