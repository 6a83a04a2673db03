import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Who has lost the right is shown nothing more", .everyStore)
struct LostLookTests {
    private let test: TestDirectory
    private let caller: Principal
    private let other: User

    init() async throws {
        test = try await TestDirectory(
            rules: DirectoryRules(passwords: PasswordPolicy(.tenable))
        )
        let user = try await test.makeUser("second@example.com", role: .administrator)
        other = try await test.makeUser("jane@example.com")
        caller = try await test.asUser(user)
    }

    /// Takes the right away, as between the head of a request and its answer.
    private func disable() async throws {
        var user = caller.user
        user.isEnabled = false
        try await test.overwrite(user)
    }

    /// What is read for a caller, each by its name.
    private static let looks:
        [(String, @Sendable (TestDirectory, Principal, User) async throws -> Void)] = [
            (
                "audit",
                { test, caller, _ in
                    _ = try await test.audit.events(by: caller) { () throws(MusterError) in
                        AuditQuery(limit: 10)
                    }
                }
            ),
            (
                "more of the audit log",
                { test, caller, _ in
                    _ = try await test.audit.more(
                        by: caller,
                        AuditQuery(limit: 10),
                        after: AuditPosition(rawValue: 0)
                    )
                }
            ),
            (
                "count",
                { test, caller, _ in _ = try await test.users.count(UserQuery(limit: 1), by: caller)
                }
            ),
            (
                "account",
                { test, caller, other in
                    _ = try await test.users.account(of: .id(other.id), by: caller)
                }
            ),
            ("groups", { test, caller, _ in _ = try await test.groups.list(by: caller) }),
            (
                "keys",
                { test, caller, other in
                    _ = try await test.sshKeys.list(of: .id(other.id), by: caller)
                }
            ),
            (
                "more sessions",
                { test, caller, _ in
                    let list = try await test.sessions.list(by: test.asAdministrator) {
                        () throws(MusterError) in (nil, 10)
                    }
                    guard let last = list.sessions.last else { return }
                    _ = try await test.sessions.more(of: list, after: last, limit: 10, by: caller)
                }
            ),
            (
                "sessions",
                { test, caller, _ in
                    _ = try await test.sessions.list(by: caller) { () throws(MusterError) in
                        (nil, 10)
                    }
                }
            ),
        ]

    @Test("whatever it asked for while it still had it", arguments: looks.map(\.0))
    func refused(_ name: String) async throws {
        let look = try #require(Self.looks.first { $0.0 == name }).1
        try await look(test, caller, other)
        try await disable()
        let error = await #expect(throws: MusterError.self) { try await look(test, caller, other) }
        #expect(error?.code == .credentialsInvalid)
    }

    @Test("nor whether a text is somebody's password")
    func formerPasswords() async throws {
        let texts = [TestDirectory.administratorPassword, Secret("Another-Horse-9")]
        var codes: [MusterError.Code?] = []
        func ask(_ text: Secret<String>) async -> MusterError.Code? {
            await failure {
                try await test.passwords.change(.user(.id(other.id)), by: caller) {
                    () throws(MusterError) in PasswordChange(new: text, current: nil)
                }
            }?.code
        }
        #expect(await ask(texts[0]) == .passwordPolicy)
        try await disable()
        for text in texts { codes.append(await ask(text)) }
        #expect(codes == [.credentialsInvalid, .credentialsInvalid])
    }
}
