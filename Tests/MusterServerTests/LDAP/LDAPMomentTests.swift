import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("What LDAP tells of when something was done", .everyStore)
struct LDAPMomentTests {
    private let test: TestDirectory
    private let operations: LDAPOperations

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        operations = LDAPOperations(
            test.directory,
            LDAPSettings(suffix: suffix, showsDisabled: true, version: "1")
        )
    }

    /// The values of an attribute of some users, who are read together where there are several.
    private func values(
        of attribute: LDAPAttribute,
        _ users: [User]
    ) async throws -> [[String]] {
        let (tree, settings) = (operations.searcher.tree, operations.settings)
        return try await operations.entries.look(by: test.asAdministrator) {
            reader throws(MusterError) in
            let view = LDAPEntryView(reader, tree, settings)
            if users.count > 1 { try view.readPasswordTimes(of: users) }
            var all: [[String]] = []
            for user in users {
                let present = try reader.user(.id(user.id)) ?? user
                let values = try view.values(of: attribute, .user(present))
                all.append(values.map { String(decoding: $0, as: UTF8.self) })
            }
            return all
        }
    }

    @Test("when a password was set, of one user and of many, and nothing of those who have none")
    func passwords() async throws {
        let ada = try await test.makeUser("ada@example.com")
        let first = test.clock.now()
        test.clock.advance(by: .seconds(90))
        let bob = try await test.makeUser("bob@example.com")
        let second = test.clock.now()
        let carl = try await test.users.create(by: test.asAdministrator) {
            () throws(MusterError) in
            (UserDraft(username: try Username("carl@example.com")), nil)
        }
        let told = [[first.compactText], [second.compactText], []]
        let users = [ada, bob, carl]
        #expect(try await values(of: .pwdChangedTime, users) == told)
        for (user, moments) in zip(users, told) {
            #expect(try await values(of: .pwdChangedTime, [user]) == [moments])
        }
    }

    @Test("whoever is shut out is locked for good, as those look at it who know a lock alone")
    func locks() async throws {
        let ada = try await test.makeUser("ada@example.com")
        #expect(try await values(of: .pwdAccountLockedTime, [ada]) == [[]])
        _ = try await test.users.edit(.user(.id(ada.id)), by: test.asAdministrator) {
            () throws(MusterError) in
            var changes = UserChanges()
            changes.isEnabled = false
            return changes
        }
        #expect(try await values(of: .pwdAccountLockedTime, [ada]) == [["000001010000Z"]])
        #expect(try await values(of: .nsAccountLock, [ada]) == [["TRUE"]])
    }

    @Test("within one second each change has a number of its own, which none beyond the root's is")
    func numbers() async throws {
        let ada = try await test.makeUser("ada@example.com")
        var last = Int64(0)
        func expectChange(_ what: String, _ isOne: Bool = true) async throws {
            let told = try await values(of: .entryUSN, [ada])
            let number = try #require(told.first?.first.flatMap { Int64($0) })
            #expect(isOne ? number > last : number == last, "\(what)")
            last = number
            #expect(try await finds(from: number) == [ada.id], "\(what)")
            #expect(try await finds(from: number + 1) == [], "\(what)")
        }
        try await expectChange("made")
        for name in ["Ada", "Ada Lovelace"] {
            test.clock.advance(by: .milliseconds(1))
            _ = try await test.users.edit(.user(.id(ada.id)), by: test.asAdministrator) {
                () throws(MusterError) in
                UserChanges { $0.name = name }
            }
            try await expectChange(name)
        }
        try await expectChange("nothing", false)
        let (tree, settings) = (operations.searcher.tree, operations.settings)
        let latest = try await operations.entries.look(by: nil) { reader throws(MusterError) in
            try LDAPEntryView(reader, tree, settings).values(of: .lastUSN, .root)
        }
        #expect(latest == [String(test.clock.now().rawValue).asBytes])
        #expect(last <= test.clock.now().rawValue)
    }

    /// The users from a number on, but for the administrator.
    private func finds(from number: Int64) async throws -> [UserID] {
        let condition = LDAPCondition(
            .greaterOrEqual(
                LDAPAssertion(
                    attribute: Array("entryUSN".utf8)[...],
                    value: Array(String(number).utf8)[...]
                )
            )
        )
        let (tree, settings) = (operations.searcher.tree, operations.settings)
        let administrator = test.administrator.id
        return try await operations.entries.look(by: test.asAdministrator) {
            reader throws(MusterError) in
            let view = LDAPEntryView(reader, tree, settings)
            var found: [UserID] = []
            for user in try reader.users(after: nil, limit: 10).users
            where try view.truth(of: condition, .user(user)) == .isTrue {
                found.append(user.id)
            }
            return found.filter { $0 != administrator }
        }
    }

    @Test(
        "a group is another one when somebody comes in or goes; the one of everybody has no moment"
    )
    func groups() async throws {
        let ada = try await test.makeUser("ada@example.com")
        let group = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in
            try GroupDraft(name: "guides", isManagedBySAML: nil)
        }
        let (tree, settings) = (operations.searcher.tree, operations.settings)
        func moments(_ group: Group) async throws -> [[UInt8]] {
            try await operations.entries.look(by: test.asAdministrator) {
                reader throws(MusterError) in
                let view = LDAPEntryView(reader, tree, settings)
                let entry = LDAPEntry.group(
                    try reader.group(.id(group.id)) ?? group,
                    name: group.name
                )
                return try view.values(of: .createTimestamp, entry)
                    + view.values(of: .modifyTimestamp, entry)
            }
        }
        let made = test.clock.now().compactText.asBytes
        #expect(try await moments(group) == [made, made])
        test.clock.advance(by: .seconds(90))
        let joined = test.clock.now().compactText.asBytes
        try await test.groups.setMembership(
            of: .id(ada.id),
            in: .id(group.id),
            isMember: true,
            by: test.asAdministrator
        )
        #expect(try await moments(group) == [made, joined])
        #expect(try await moments(.everyone(userCount: 1)) == [])
    }
}
