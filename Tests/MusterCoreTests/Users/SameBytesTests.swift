import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What is kept is compared as bytes", .everyStore)
struct SameBytesTests {
    /// One name in one code point for its accented letter, and in two.
    private static let spellings = ("Zo\u{EB}@example.com", "Zoe\u{308}@example.com")

    private func user() async throws -> User {
        let test = try await TestDirectory()
        var user = test.administrator
        user.email = Self.spellings.0
        return user
    }

    @Test("a user whose name, address or note has another spelling is another one")
    func users() async throws {
        let before = try await user()
        let texts: [WritableKeyPath<User, String?>] = [\.name, \.email, \.note]
        for text in texts {
            var (one, other) = (before, before)
            one[keyPath: text] = Self.spellings.0
            other[keyPath: text] = Self.spellings.1
            #expect(one != other)
            other[keyPath: text] = Self.spellings.0
            #expect(one == other)
            other[keyPath: text] = nil
            #expect(one != other)
        }
        // Whoever adds a property adds it to `==`.
        #expect(Mirror(reflecting: before).children.count == 21)
    }

    @Test("each other property of a user counts as well")
    func others() async throws {
        let before = try await user()
        let moment = Timestamp(rawValue: 1)
        let hosts = try AllowedNetworks(["192.0.2.1"])
        let changes: [(inout User) -> Void] = [
            { $0.role = .basic }, { $0.masks = Masks(read: 1, write: 0, liveview: 0) },
            { $0.hosts = hosts },
            { $0.inactivityTimeout = .seconds(7) }, { $0.isEnabled = false },
            { $0.expiresAt = moment }, { $0.authorizations.api.toggle() },
            { $0.secondFactor.isEmailEnabled = true }, { $0.logins.failureTotal += 1 },
            { $0.lastKeyUse = moment }, { $0.groups = [Group.everyoneUUID] },
            { $0.factors = FactorCounts() }, { $0.createdAt = moment },
            { $0.holdings = UserHoldings(hasPerson: true, hasSSHKeys: false) },
            { $0.changedAt = moment },
        ]
        for change in changes {
            var after = before
            change(&after)
            #expect(after != before)
        }
    }

    @Test("an address in another spelling is another address: it is told, and in the audit log")
    func news() async throws {
        let before = try await user()
        var after = before
        after.email = Self.spellings.1
        #expect(AccountNews.of(after, changedFrom: before).count == 1)
        #expect(after.auditFields(changedFrom: before).map(\.key) == ["email"])
    }

    @Test(
        "whoever gives itself another spelling of its address shows its password as for any other"
    )
    func proof() async throws {
        let test = try await TestDirectory()
        let deputy = try await test.makeUser("deputy@example.com", role: .administrator)
        func set(_ email: String, by principal: Principal) async throws {
            _ = try await test.users.edit(.user(.id(deputy.id)), by: principal) {
                () throws(MusterError) in UserChanges { $0.email = email }
            }
        }
        try await set(Self.spellings.0, by: test.asAdministrator)
        let itself = try await test.asUser(deputy)
        let refused = await failure { try await set(Self.spellings.1, by: itself) }
        #expect(refused != nil)
        try await set(Self.spellings.1, by: test.asAdministrator)
        let email = try await test.current(deputy).email
        #expect(email?.utf8.elementsEqual(Self.spellings.1.utf8) == true)
    }

    @Test("a group whose name or identifier has another spelling is another one")
    func groups() {
        var before = Group.everyone(userCount: 1)
        before.name = Self.spellings.0
        before.externalID = Self.spellings.0
        var after = before
        #expect(after == before)
        after.name = Self.spellings.1
        #expect(after != before)
        #expect(GroupService.fields(of: after, changedFrom: before).map(\.key) == ["name"])
        after = before
        after.externalID = Self.spellings.1
        #expect(after != before)
        #expect(Mirror(reflecting: before).children.count == 8)
    }
}
