import LDAPWire
import MusterCore
import Testing

@testable import MusterServer

@Suite("What is made of a filter")
struct LDAPConditionTests {
    private func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

    private func assertion(_ attribute: String, _ value: String) -> LDAPAssertion {
        LDAPAssertion(attribute: bytes(attribute), value: bytes(value))
    }

    private func isUndefined(_ filter: LDAPFilter) -> Bool {
        LDAPCondition(filter) == .constant(.isUndefined)
    }

    @Test("what the schema does not know is undefined, and is not refused")
    func unknown() {
        #expect(isUndefined(.equal(assertion("nosuch", "x"))))
        #expect(isUndefined(.present(bytes("nosuch"))))
        #expect(isUndefined(.greaterOrEqual(assertion("nosuch", "1"))))
        let parts = LDAPSubstrings(initial: bytes("a"), any: [], final: nil)
        #expect(isUndefined(.substrings(attribute: bytes("nosuch"), parts)))
        #expect(isUndefined(.refused))
    }

    @Test("the opposite of what is undefined is undefined")
    func negation() {
        #expect(LDAPTruth.isUndefined.negated == .isUndefined)
        #expect(LDAPTruth.isTrue.negated == .isFalse && LDAPTruth.isFalse.negated == .isTrue)
        let filter = LDAPFilter.not(.equal(assertion("nosuch", "x")))
        #expect(LDAPCondition(filter) == .not(.constant(.isUndefined)))
    }

    @Test(
        "passwords are neither asked about nor found by",
        arguments: ["userPassword", "USERPASSWORD", "2.5.4.35"]
    )
    func passwords(_ name: String) {
        #expect(isUndefined(.present(bytes(name))))
        #expect(isUndefined(.equal(assertion(name, "x"))))
    }

    @Test("an attribute has several names, and options are left out of account")
    func names() {
        let wanted = LDAPCondition(.equal(assertion("uid", "jane")))
        for name in ["UID", "userid", "0.9.2342.19200300.100.1.1", "uid;lang-en"] {
            #expect(LDAPCondition(.equal(assertion(name, "jane"))) == wanted, "\(name)")
        }
    }

    @Test(
        "a class is asked for by its number as by its name",
        arguments: [
            "posixAccount", "1.3.6.1.1.1.2.0", "2.5.6.6", "1.3.6.1.1.1.2.2", "2.5.6.99", "2",
        ]
    )
    func classes(_ text: String) throws {
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let condition = LDAPCondition(.equal(assertion("objectClass", text)))
        let users = ["posixAccount", "1.3.6.1.1.1.2.0", "2.5.6.6"].contains(text)
        #expect(condition.truth(ofAny: .user, suffix: suffix) == LDAPTruth(users))
        let groups = text == "1.3.6.1.1.1.2.2"
        #expect(condition.truth(ofAny: .group, suffix: suffix) == LDAPTruth(groups))
    }

    @Test("a value that is none of the attribute's syntax is undefined")
    func syntaxes() {
        #expect(isUndefined(.equal(assertion("uidNumber", "many"))))
        #expect(isUndefined(.equal(assertion("entryUUID", "jane"))))
        #expect(isUndefined(.equal(assertion("memberOf", "=x"))))
        #expect(isUndefined(.greaterOrEqual(assertion("modifyTimestamp", "yesterday"))))
        #expect(isUndefined(.greaterOrEqual(assertion("cn", "a"))), "texts have no order here")
    }

    @Test("numbers of accounts are counted from where the directory begins them")
    func numbers() throws {
        let tree = LDAPTree(
            suffix: try #require(DistinguishedName("dc=example,dc=com".utf8)),
            numbers: AccountNumbers(firstUser: 100_000, firstGroup: 200_000)
        )
        let user = LDAPCondition(.equal(assertion("uidNumber", "100007"))).userKeys(in: tree)
        #expect(user == [.reference(.id(UserID(rawValue: 7)))])
        let group = LDAPCondition(.equal(assertion("gidNumber", "200007"))).groupKeys(in: tree)
        #expect(group == [.reference(.id(GroupID(rawValue: 7)))])
    }

    @Test("whoever was changed since a moment is found by it, unless others are looked for, too")
    func changes() throws {
        let tree = LDAPTree(suffix: try #require(DistinguishedName("dc=example,dc=com".utf8)))
        func keys(_ filter: LDAPFilter) -> [LDAPUserKey]? {
            LDAPCondition(filter).userKeys(in: tree)
        }
        let changed = LDAPFilter.greaterOrEqual(assertion("modifyTimestamp", "20260101000000.0Z"))
        let since = LDAPUserKey.changed(since: Timestamp(rawValue: 1_767_225_600_000))
        let person = LDAPFilter.equal(assertion("objectClass", "person"))
        let jane = LDAPFilter.equal(assertion("uid", "jane"))
        #expect(keys(changed) == [since] && keys(.and([person, changed])) == [since])
        #expect(keys(.and([changed, jane])) == [.reference(.username("jane"))])
        #expect(keys(.or([changed, jane])) == nil && keys(.not(changed)) == nil)
        #expect(keys(.greaterOrEqual(assertion("entryUSN", "1767225600000"))) == [since])
        #expect(isUndefined(.greaterOrEqual(assertion("entryUSN", "20260101000000Z1234567"))))
        #expect(keys(.lessOrEqual(assertion("entryUSN", "1767225600000"))) == nil)
        #expect(keys(.lessOrEqual(assertion("modifyTimestamp", "20260101000000Z"))) == nil)
        #expect(keys(.greaterOrEqual(assertion("createTimestamp", "20260101000000Z"))) == nil)
    }

    @Test("a rule that a client names has to be one that goes with the attribute")
    func extensible() {
        func match(_ rule: String?, _ attribute: String?, _ value: String) -> LDAPFilter {
            .extensible(
                LDAPExtensibleMatch(
                    rule: rule.map(bytes),
                    attribute: attribute.map(bytes),
                    value: bytes(value)
                )
            )
        }
        let plain = LDAPCondition(.equal(assertion("cn", "Jane")))
        #expect(LDAPCondition(match("caseIgnoreMatch", "cn", "Jane")) == plain)
        #expect(LDAPCondition(match(nil, "cn", "Jane")) == plain)
        let exact = LDAPCondition(match("2.5.13.5", "cn", "Jane"))
        #expect(exact == .test(.cn, .exactly(Array("Jane".utf8))))
        let bits = LDAPCondition(match("1.2.840.113556.1.4.803", "musterRole", "64"))
        #expect(bits == .test(.musterRole, .bitAnd(64)))
        #expect(isUndefined(match("1.2.840.113556.1.4.803", "cn", "2")))
        #expect(isUndefined(match("integerMatch", "cn", "2")))
        #expect(isUndefined(match("nosuchMatch", "cn", "2")))
        #expect(isUndefined(match("caseIgnoreMatch", nil, "2")), "of every attribute")
    }

    @Test("where the name counts, too, what stands below a container has its attributes")
    func containers() throws {
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        func kinds(
            _ attribute: String,
            _ value: String,
            _ rule: String? = nil
        )
            -> Set<LDAPEntry.Kind>
        {
            let match = LDAPExtensibleMatch(
                rule: rule.map(bytes),
                attribute: bytes(attribute),
                value: bytes(value),
                includesName: true
            )
            let condition = LDAPCondition(.extensible(match))
            return Set(
                LDAPEntry.Kind.allCases.filter {
                    condition.truth(ofAny: $0, suffix: suffix) == .isTrue
                }
            )
        }
        #expect(kinds("ou", "People") == [.people, .user])
        #expect(kinds("organizationalUnitName", "groups") == [.groups, .group])
        #expect(kinds("ou", "people", "caseIgnoreMatch") == [.people, .user])
        #expect(kinds("ou", "people", "caseExactMatch") == [], "by another rule the name is none")
        #expect(kinds("dc", "COM") == [.suffix, .people, .groups, .user, .group])
        #expect(kinds("ou", "nowhere") == [] && kinds("o", "people") == [])
        let name = LDAPExtensibleMatch(
            rule: nil,
            attribute: bytes("uid"),
            value: bytes("jane"),
            includesName: true
        )
        let own = LDAPCondition(.equal(assertion("uid", "jane")))
        #expect(LDAPCondition(.extensible(name)) == own, "its own name is an attribute as well")
    }
}
