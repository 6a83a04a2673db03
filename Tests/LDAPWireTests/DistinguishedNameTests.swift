import Testing

@testable import LDAPWire

@Suite("Distinguished names")
struct DistinguishedNameTests {
    @Test(
        "names that mean the same are the same",
        arguments: [
            ("uid=jane,dc=example,dc=com", "UID = Jane , DC=Example,dc=COM"),
            ("cn=a\\,b,dc=x", "cn=a\\2Cb,dc=x"), ("cn=a\\2cb,dc=x", "cn=\"a,b\",dc=x"),
            ("cn=\\ a\\ ,dc=x", "cn=\\20a\\20,dc=x"), ("cn=a+sn=b,dc=x", "CN=a + SN=b,DC=x"),
            ("cn=a;dc=x", "cn=a,dc=x"),
        ]
    )
    func same(_ one: String, _ other: String) throws {
        #expect(
            try #require(DistinguishedName(one.utf8)) == #require(DistinguishedName(other.utf8))
        )
    }

    @Test(
        "what is no name is refused",
        arguments: [
            "uid=a,,dc=x", "=x", "uid", "uid=\\zz", "uid=\\2", "uid=a\\", "cn=#0401,dc=x", "cn=a<b",
            "cn=\"a", ",", "uid=a,", "cn=a\"b",
        ]
    )
    func malformed(_ text: String) {
        #expect(DistinguishedName(text.utf8) == nil)
    }

    @Test(
        "a name is written so that it is read again",
        arguments: [
            "jane", "a,b", " edge ", "#first", "a+b=c", "a\"b\\c", "<>;", "with\u{0}nul", "Zoë",
        ]
    )
    func written(_ value: String) throws {
        let name = DistinguishedName([
            DistinguishedName.Part("cn", value.utf8), DistinguishedName.Part("dc", "x".utf8),
        ])
        let read = try #require(DistinguishedName(name.bytes))
        #expect(read.parts.first?.value(of: "cn") == Array(value.utf8))
        #expect(read == name)
    }

    @Test("a name of a megabyte, and one of too many parts, are none")
    func long() {
        #expect(DistinguishedName(String(repeating: "a", count: 1_048_576).utf8) == nil)
        let parts = Array(repeating: "a=b", count: 65).joined(separator: ",")
        #expect(DistinguishedName(parts.utf8) == nil)
    }
}
