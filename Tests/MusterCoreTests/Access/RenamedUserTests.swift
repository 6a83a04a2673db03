import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("A password counts for whoever has the name when it opens something", .everyStore)
struct RenamedUserTests {
    private static let name = "jane@example.com"
    private static let password = TestDirectory.administratorPassword

    /// Who asks whether name and password belong together.
    enum Asker: CaseIterable, Sendable {
        case login
        case machine
        case otherSystem
    }

    private let hasher = ActingHasher()
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory(hasher: hasher)
    }

    /// Whether the password opens something.
    private func opens(_ asker: Asker) async throws -> Bool {
        let request = LoginRequest(username: Self.name, password: Self.password)
        switch asker {
        case .login:
            return await failure { try await test.logIn(Self.name) } == nil
        case .machine:
            return try await LocalLoginService(test.directory).opens(
                request,
                from: "192.0.2.1",
                requestID: TestDirectory.requestID
            )
        case .otherSystem:
            return await failure {
                try await test.credentialChecks.check(
                    request,
                    from: "192.0.2.1",
                    by: test.asMaskAdministrator
                )
            } == nil
        }
    }

    private func rename(_ user: User, to name: String) async {
        do {
            var user = try await test.current(user)
            user.username = Username(stored: name)
            try await test.overwrite(user)
        } catch {
            Issue.record(error)
        }
    }

    @Test(
        "who is called otherwise while its password is checked is refused",
        arguments: Asker.allCases
    )
    func renamed(_ asker: Asker) async throws {
        let user = try await test.makeUser(Self.name)
        #expect(try await opens(asker))
        hasher.meanwhile { await rename(user, to: "other@example.com") }
        #expect(try await !opens(asker))
    }

    @Test("so is who gave its name to somebody else", arguments: Asker.allCases)
    func given(_ asker: Asker) async throws {
        let user = try await test.makeUser(Self.name)
        let heir = try await test.makeUser("heir@example.com", password: Secret("Another-Horse-9"))
        hasher.meanwhile {
            await rename(user, to: "other@example.com")
            await rename(heir, to: Self.name)
        }
        #expect(try await !opens(asker))
    }
}
