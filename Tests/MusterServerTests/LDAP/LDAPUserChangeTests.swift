import LDAPWire
import MusterCore
import Synchronization
import Testing

@testable import MusterServer

@Suite("What is written of a user over LDAP")
struct LDAPUserChangeTests {
    private static func user(_ name: String?) throws -> User {
        User(
            id: UserID(rawValue: 7),
            uuid: Group.everyoneUUID,
            draft: UserDraft(username: try Username("jane@example.com"), name: name)
        )
    }

    private static func name(
        of user: User,
        _ after: [LDAPAttribute: [String]],
        isNew: Bool = false
    ) throws -> String? {
        try LDAPUserValues(user: user, isNew: isNew, after: after).changes().name
    }

    @Test("four attributes are one name")
    func names() throws {
        let jane = try Self.user("Jane van Dyke")
        #expect(try Self.name(of: jane, [.cn: ["Joan Doe"]]) == "Joan Doe")
        #expect(try Self.name(of: jane, [.sn: ["Doe"]]) == "Jane van Doe")
        #expect(try Self.name(of: jane, [.givenName: ["Joan"]]) == "Joan Dyke")
        #expect(try Self.name(of: jane, [.givenName: []]) == "Dyke")
        #expect(try Self.name(of: jane, [.mail: ["j@example.com"]]) == nil)
        let whole: [LDAPAttribute: [String]] = [
            .cn: ["Jane Doe"], .sn: ["doe"], .givenName: ["Jane"],
        ]
        #expect(try Self.name(of: jane, whole, isNew: true) == "Jane Doe")
    }

    @Test(
        "names that are not one are refused",
        arguments: [
            [.cn: ["Jane Doe"], .sn: ["Roe"]],
            [.cn: ["Jane Doe"], .givenName: ["Joan"]],
            [.cn: ["Jane Doe"], .displayName: ["Joan Doe"]],
            [.cn: ["Jane Doe", "Joan Doe"]],
            [.givenName: ["Jane", "Joan"]],
        ] as [[LDAPAttribute: [String]]]
    )
    func refused(_ after: [LDAPAttribute: [String]]) throws {
        let jane = try Self.user("Jane van Dyke")
        let failure = #expect(throws: LDAPResult.self) { try Self.name(of: jane, after) }
        #expect(failure?.code == .constraintViolation)
    }

    @Test("values are added, deleted and replaced as RFC 4511 says")
    func steps() throws {
        var steps = LDAPValueSteps<String>(.musterHost, hasSeveral: true) { Array($0.utf8) }
        try steps.append(.add, ["b", "c"])
        try steps.append(.delete, ["a"])
        #expect(try steps.applied(to: ["a"]) == ["b", "c"])
        #expect(try steps.applied(to: ["x", "a"]) == ["x", "b", "c"])
        let missing = #expect(throws: LDAPResult.self) { try steps.applied(to: []) }
        #expect(missing?.code == .noSuchAttribute)
        let present = #expect(throws: LDAPResult.self) { try steps.applied(to: ["a", "c"]) }
        #expect(present?.code == .attributeOrValueExists)
        try steps.append(.replace, [])
        #expect(try steps.applied(to: ["a"]).isEmpty)
        let many = Array(repeating: "x", count: 128)
        let bound = #expect(throws: LDAPResult.self) {
            try steps.append(.add, many)
        }
        #expect(bound?.code == .adminLimitExceeded)
    }

    @Test("each value is read once for its comparison, and before anything is changed")
    func readOnce() throws {
        let count = Atomic(0)
        let counting: @Sendable (String) -> [UInt8] = {
            count.add(1, ordering: .relaxed)
            return Array($0.utf8)
        }
        var steps = LDAPValueSteps<String>(.musterHost, hasSeveral: true, key: counting)
        let many = (0..<100).map { "\($0)" }
        try steps.append(.replace, many)
        #expect(count.load(ordering: .relaxed) == 100)
        #expect(try steps.applied(to: ["a", "b"]) == many)
        #expect(count.load(ordering: .relaxed) == 102)
    }

    @Test("of an attribute that has one value no more than a few are named")
    func one() throws {
        let key: @Sendable (String) -> [UInt8] = { Array($0.utf8) }
        var steps = LDAPValueSteps<String>(.cn, hasSeveral: false, key: key)
        try steps.append(.delete, ["a"])
        try steps.append(.add, ["b"])
        #expect(try steps.applied(to: ["a"]) == ["b"])
        let failure = #expect(throws: LDAPResult.self) {
            try steps.append(.replace, (0..<8).map { "\($0)" })
        }
        #expect(failure?.code == .constraintViolation)
    }

    /// The steps of a change that adds values to one attribute.
    private static func steps(
        of attribute: String,
        adding values: [String]
    ) throws -> [LDAPModify.Step] {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x66) { writer in
                writer.octets("cn=guides,ou=groups,dc=example,dc=com".utf8)
                writer.constructed { writer in
                    writer.constructed { writer in
                        writer.integer(0, tag: BERTag.enumerated)
                        writer.constructed { writer in
                            writer.octets(attribute.utf8)
                            writer.constructed(BERTag.set) { writer in
                                for value in values { writer.octets(value.utf8) }
                            }
                        }
                    }
                }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .change(.modify(let modify)) = message.operation else {
            throw BERError("no change")
        }
        return modify.steps
    }

    @Test(
        "an attribute with options is none that is kept, whatever it would be without them",
        arguments: ["cn;lang-de", "member;range=0-*", "userPassword;x-plain", "sn;"]
    )
    func options(_ name: String) throws {
        let step = try #require(try Self.steps(of: name, adding: ["x"]).first)
        let failure = #expect(throws: LDAPResult.self) { try step.known() }
        #expect(failure?.code == .undefinedAttributeType)
        #expect(failure?.text.contains(name) == true)
        let plain = try #require(try Self.steps(of: "commonName", adding: ["x"]).first)
        #expect(try plain.known().attribute == .cn)
    }

    @Test("a change of a group names ten thousand members at most")
    func members() throws {
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        var change = LDAPGroupChange(LDAPTree(suffix: suffix))
        func take(_ count: Int) throws {
            let names = Array(repeating: "jane", count: count)
            for step in try Self.steps(of: "memberUid", adding: names) {
                try change.take(.add, .memberUid, step.attribute)
            }
        }
        try take(LDAPGroupChange.maximumMembers)
        let failure = #expect(throws: LDAPResult.self) { try take(1) }
        #expect(failure?.code == .adminLimitExceeded)
    }

    @Test(
        "a password is replaced by itself, and never taken away",
        arguments: [
            ([(.replace, "new")], nil),
            ([(.add, "new")], nil),
            ([(.delete, "old"), (.add, "new")], nil),
            ([(.delete, "")], .unwillingToPerform),
            ([(.replace, "{SSHA}abc")], .constraintViolation),
            ([(.replace, "new"), (.replace, "newer")], .constraintViolation),
            ([(.replace, "{braces} are fine")], nil),
        ] as [([(LDAPModify.Kind, String)], LDAPResultCode?)]
    )
    func passwords(_ steps: [(LDAPModify.Kind, String)], _ refusal: LDAPResultCode?) {
        var password: LDAPNewPassword?
        var code: LDAPResultCode?
        do throws(LDAPResult) {
            for (kind, text) in steps {
                let values = text.isEmpty ? [] : [Array(text.utf8)[...]]
                try LDAPNewPassword.take(kind, values, into: &password)
            }
            _ = try password?.required()
        } catch {
            code = error.code
        }
        #expect(code == refusal)
    }
}
