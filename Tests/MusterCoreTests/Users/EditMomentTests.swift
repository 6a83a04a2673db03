import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What an edit means is judged where it is made", .everyStore)
struct EditMomentTests {
    private static let new = Secret("another password")
    private let hasher = ActingHasher()
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory(hasher: hasher)
    }

    /// Changes a user as a form does that writes back what it has shown; somebody else changes it meanwhile.
    private func writeBack(
        _ user: User,
        by principal: Principal,
        password: Secret<String>? = nil,
        current: Secret<String>? = nil,
        meanwhile: @escaping @Sendable (inout User) -> Void
    ) async -> MusterError.Code? {
        let test = test
        hasher.meanwhile {
            do {
                var now = try await test.current(user)
                meanwhile(&now)
                // Two changes may share a millisecond.
                test.clock.advance(by: .milliseconds(1))
                try await test.overwrite(now)
            } catch {
                Issue.record(error)
            }
        }
        return await failure {
            _ = try await test.users.edit(.user(.id(user.id)), by: principal) {
                () throws(MusterError) in
                UserEditRequest(user.changedAt, password: password, currentPassword: current)
            } for: { seen, now throws(MusterError) in
                guard now.changedAt == seen else {
                    throw MusterError(.revisionChanged, "changed meanwhile")
                }
                return UserChanges {
                    $0.name = "Written back"
                    $0.isEnabled = user.isEnabled
                    $0.role = user.role
                }
            }
        }?.code
    }

    @Test("what somebody else has changed meanwhile is not written back with a password")
    func another() async throws {
        let user = try await test.makeUser("jane@example.com", role: .administrator)
        let code = await writeBack(user, by: test.asAdministrator, password: Self.new) {
            $0.role = .basic
            $0.isEnabled = false
        }
        #expect(code == .revisionChanged)
        let now = try await test.current(user)
        #expect(now.role == .basic && !now.isEnabled && now.name != "Written back")
    }

    @Test("nor is it of one's own, while the present password is checked")
    func own() async throws {
        let user = try await test.makeUser("jane@example.com", role: .administrator)
        let principal = try await test.asUser(user)
        let code = await writeBack(
            user,
            by: principal,
            current: TestDirectory.administratorPassword
        ) { $0.name = "Another's" }
        #expect(code == .revisionChanged)
        #expect(try await test.current(user).name == "Another's")
    }

    @Test("what nobody has changed is")
    func alone() async throws {
        let user = try await test.makeUser("jane@example.com")
        let code = await failure {
            _ = try await test.users.edit(.user(.id(user.id)), by: test.asAdministrator) {
                () throws(MusterError) in
                UserEditRequest("Jane", password: Self.new)
            } for: { name, _ in
                UserChanges { $0.name = name }
            }
        }?.code
        #expect(code == nil)
        #expect(try await test.current(user).name == "Jane")
    }
}
