import LDAPWire
import MusterCore
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
        var steps = LDAPValueSteps<String>(.musterHost)
        try steps.append(.init(kind: .add, values: ["b", "c"]))
        try steps.append(.init(kind: .delete, values: ["a"]))
        #expect(try steps.applied(to: ["a"], ==) == ["b", "c"])
        let missing = #expect(throws: LDAPResult.self) { try steps.applied(to: [], ==) }
        #expect(missing?.code == .noSuchAttribute)
        let present = #expect(throws: LDAPResult.self) { try steps.applied(to: ["a", "c"], ==) }
        #expect(present?.code == .attributeOrValueExists)
        try steps.append(.init(kind: .replace, values: []))
        #expect(try steps.applied(to: ["a"], ==) == [])
        let many = Array(repeating: "x", count: 128)
        let bound = #expect(throws: LDAPResult.self) {
            try steps.append(.init(kind: .add, values: many))
        }
        #expect(bound?.code == .adminLimitExceeded)
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
