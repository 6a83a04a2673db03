import MusterCore
import MusterTesting
import Testing

@testable import LDAPWire
@testable import MusterServer

@Suite("What LDAP shows and writes of a person")
struct LDAPPersonTests {
    private static let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

    private let keys: SSHKeyService

    init() async throws {
        keys = SSHKeyService(try await TestDirectory().directory)
    }

    private static func user() throws -> User {
        User(
            id: UserID(rawValue: 7),
            uuid: Group.everyoneUUID,
            draft: UserDraft(username: try Username("ann@example.com"), name: "Ann Example")
        )
    }

    private static let known = Person(
        externalID: "7",
        document: """
            {"name":{"formatted":"Ann Example","familyName":"Example","givenName":"Ann"},\
            "title":"Analyst","phoneNumbers":[{"value":"1","type":"work"},\
            {"value":"2","type":"mobile"},{"value":"3"}],\
            "addresses":[{"locality":"Home","type":"home"},{"locality":"Town","type":"work"}],\
            "\(enterprise)":{"department":"Research"}}
            """
    )

    /// Writes values of attributes, in the place of what there is where nothing else is said.
    private func written(
        _ values: [(LDAPAttribute, [String])],
        to person: Person?,
        _ changes: UserChanges = UserChanges(),
        by kind: LDAPModify.Kind = .replace
    ) throws -> Person? {
        var change = LDAPUserChange()
        for (attribute, texts) in values {
            var writer = BERWriter(capacity: 64)
            writer.constructed { writer in
                writer.octets(attribute.name)
                writer.constructed(BERTag.set) { writer in
                    for text in texts { writer.octets(text.utf8) }
                }
            }
            var reader = BERReader(writer.bytes[...])
            var budget = LDAPChange.Budget()
            let values = try LDAPAttributeValues(reading: &reader, &budget)
            try change.take(kind, attribute, values, keys: keys)
        }
        let account = PersonalAccount(user: try Self.user(), person: person)
        return try change.person(of: account, changes)
    }

    private func text(_ attribute: LDAPAttribute, _ person: Person?) throws -> [String] {
        let place = try #require(LDAPPerson.place(of: attribute))
        return LDAPPerson(try #require(person)).texts(at: place)
    }

    @Test("each attribute shows its part of the document")
    func shown() throws {
        #expect(try text(.title, Self.known) == ["Analyst"])
        #expect(try text(.telephoneNumber, Self.known) == ["1", "3"])
        #expect(try text(.mobile, Self.known) == ["2"])
        #expect(try text(.l, Self.known) == ["Town"])
        #expect(try text(.departmentNumber, Self.known) == ["Research"])
        #expect(try text(.employeeNumber, Self.known) == [])
    }

    @Test("what is written is shown, and the rest stays", arguments: LDAPUserChange.personal)
    func kept(_ attribute: LDAPAttribute) throws {
        let value = attribute.rule == .caseExactASCII ? "/x" : "x"
        let person = try written([(attribute, [value])], to: Self.known)
        #expect(try text(attribute, person) == [value])
        for other in LDAPUserChange.personal where other != attribute {
            #expect(try text(other, person) == text(other, Self.known), "\(other)")
        }
        #expect(person?.externalID == "7")
        let gone = try written([(attribute, [])], to: person)
        #expect(try text(attribute, gone) == [])
    }

    @Test("whoever is told of first goes on showing the name that it had")
    func first() throws {
        let person = try #require(try written([(.title, ["Analyst"])], to: nil))
        #expect(LDAPPerson(person).texts(at: .name("familyName")) == ["Example"])
        #expect(LDAPPerson(person).texts(at: .name("givenName")) == ["Ann"])
        #expect(try written([], to: nil) == nil)
    }

    @Test("another name of the user is another of the person")
    func renamed() throws {
        var changes = UserChanges()
        changes.name = "Ann B. Other"
        let person = try #require(try written([], to: Self.known, changes))
        #expect(LDAPPerson(person).texts(at: .name("familyName")) == ["Other"])
        #expect(LDAPPerson(person).texts(at: .name("givenName")) == ["Ann B."])
    }

    @Test("of what has one value a second is refused")
    func second() throws {
        let failure = #expect(throws: LDAPResult.self) {
            try written([(.title, ["a", "b"])], to: Self.known)
        }
        #expect(failure?.code == .constraintViolation)
        #expect(failure?.text == "a user has one value of title: replace it")
        let phones = try written([(.telephoneNumber, ["1", "4"])], to: Self.known)
        #expect(try text(.telephoneNumber, phones) == ["1", "4"])
    }

    @Test("a value that goes or comes is compared with those that are there as its attribute is")
    func compared() throws {
        let values: [(LDAPAttribute, [String])] = [
            (.telephoneNumber, ["+1 555 0100", "+1 555 0101"]), (.title, ["Analyst"]),
            (.homeDirectory, ["/srv/Ann"]),
        ]
        let person = try written(values, to: Self.known)
        let same: [(LDAPAttribute, String)] = [
            (.telephoneNumber, "+1-555-01 00"), (.title, "ANALYST"), (.homeDirectory, "/srv/Ann"),
        ]
        for (attribute, value) in same {
            let left = try written([(attribute, [value])], to: person, by: .delete)
            let count = attribute == .telephoneNumber ? 1 : 0
            #expect(try text(attribute, left).count == count, "\(value)")
            let failure = #expect(throws: LDAPResult.self) {
                try written([(attribute, [value])], to: person, by: .add)
            }
            #expect(failure?.code == .attributeOrValueExists)
        }
        let failure = #expect(throws: LDAPResult.self) {
            try written([(.homeDirectory, ["/srv/ann"])], to: person, by: .delete)
        }
        #expect(failure?.code == .noSuchAttribute)
    }

    @Test(
        "where files and shells are has to be a path that machines can list",
        arguments: [LDAPAttribute.homeDirectory, .loginShell],
        ["bin/sh", "/bin/a b", "/a:b", "/caf\u{E9}", "/" + String(repeating: "a", count: 1_024)]
    )
    func paths(_ attribute: LDAPAttribute, _ value: String) throws {
        let failure = #expect(throws: LDAPResult.self) {
            try written([(attribute, [value])], to: Self.known)
        }
        #expect(failure?.code == .constraintViolation)
    }

    @Test("what machines know of an account stays where SCIM writes the rest")
    func accounts() throws {
        let person = try #require(try written([(.loginShell, ["/bin/zsh"])], to: Self.known))
        let resource = SCIMPerson.attributes(person)
        let after = SCIMPerson.person(from: resource, keeping: person)
        #expect(try text(.loginShell, after) == ["/bin/zsh"])
        #expect(try text(.loginShell, SCIMPerson.person(from: resource)) == [], "of nobody before")
    }
}
