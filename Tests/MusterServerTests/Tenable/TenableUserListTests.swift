import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("The list of users over HTTP", .everyStore)
struct TenableUserListTests {
    private let test: TestDirectory
    private let server: TestServer

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
    }

    private func list(_ query: String, as keys: APIKeyPair? = nil) async throws -> String {
        try await server.send(.get, "/users" + query, as: keys ?? test.administratorKeys).text()
    }

    private func ids(_ text: String) -> [Int] {
        text.matches(of: /"id":([0-9]+),/).compactMap { Int($0.output.1) }
    }

    @Test(
        "all users are listed, however many batches that takes",
        arguments: [0, 1, 499, 500, 1001]
    )
    func all(_ count: Int) async throws {
        try await test.directory.store.write { transaction throws(MusterError) in
            let random = SeededRandom(seed: 9)
            for number in 0..<count {
                _ = try transaction.insertUser(
                    UserDraft(username: Username(stored: "user\(number)@example.com")),
                    uuid: .random(from: random),
                    at: FixedClock.start
                )
            }
        }
        let text = try await list("")
        #expect(text.hasPrefix(#"{"users":[{"#) && text.hasSuffix("}]}"))
        #expect(ids(text) == Array(2..<count + 3))
    }

    @Test("a page has as many as asked for, after the one named")
    func pages() async throws {
        for name in ["c", "a", "b"] { _ = try await test.makeUser("\(name)@example.com") }
        #expect(ids(try await list("?limit=2")) == [2, 3])
        #expect(ids(try await list("?limit=2&after=3")) == [4, 5])
        #expect(ids(try await list("?limit=2&after=5")) == [])
        #expect(ids(try await list("?limit=2&sort=username&after=4")) == [2, 5])
        #expect(ids(try await list("?sort=-username")) == [3, 5, 2, 4])
        #expect(ids(try await list("?q=A")) == [2, 4])
    }

    @Test("callers below Administrator see four members of each, those below Basic nobody")
    func briefView() async throws {
        let user = try await test.makeUser("jane@example.com")
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        let text = try await list("?withRoles=true", as: keys)
        #expect(ids(text) == [2, 3])
        #expect(!text.contains("permissions") && !text.contains("rbac_roles"))
        var reader = user
        reader.role = .readOnly
        try await test.overwrite(reader)
        let refusal = try await server.send(.get, "/users", as: keys)
        #expect(refusal.status == .forbidden)
    }

    @Test("roles are shown by name where they are asked for")
    func roles() async throws {
        let uuid = Role.administrator.uuid.text
        let roles = #""rbac_roles":[{"name":"Administrator","uuid":"\#(uuid)"}]"#
        #expect(try await list("?withRoles=true").contains(roles))
        #expect(try await !list("").contains("rbac_roles"))
    }

    @Test("the built-in group's members are all users")
    func everyone() async throws {
        _ = try await test.makeUser("jane@example.com")
        let all = try await server.send(.get, "/groups/0/users", as: test.administratorKeys)
        #expect(ids(try await all.text()) == [2, 3])
    }
}
