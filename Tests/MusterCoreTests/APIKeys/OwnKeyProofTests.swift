import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("API keys of one's own, in a session whose owner has not proved itself lately", .everyStore)
struct OwnKeyProofTests {
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }

    /// An administrator with an app, whose session is old.
    init() async throws {
        scene = try await FactorScene()
        _ = try await scene.addApp()
        var owner = try await scene.test.current(scene.user)
        owner.role = .administrator
        try await scene.test.overwrite(owner)
        scene.test.clock.advance(by: FactorRules.confirmationTime + .seconds(1))
    }

    private func rotate(
        _ target: UserTarget,
        by principal: Principal,
        _ password: Secret<String>? = nil
    ) async -> MusterError.Code? {
        await failure {
            _ = try await test.keys.rotate(target, by: principal) { () throws(MusterError) in
                password
            }
        }?.code
    }

    @Test("they are refused by every name of one's own, and made with the password")
    func names() async throws {
        let principal = try await scene.principal
        let targets: [UserTarget] = [
            .oneself, .user(.id(scene.user.id)), .user(.uuid(scene.user.uuid)),
            .user(.username("Jane@example.com")),
        ]
        for target in targets {
            #expect(await rotate(target, by: principal) == .confirmationRequired)
        }
        let password = TestDirectory.administratorPassword
        #expect(await rotate(targets[1], by: principal, password) == nil)
        #expect(await rotate(targets[2], by: principal) == nil, "which counts for a while")
    }

    @Test("nobody acts in its own name as if it were another's")
    func oneself() async throws {
        let principal = try await scene.principal
        let refusal = await failure {
            _ = try await test.authenticator.impersonate("jane@example.com", by: principal)
        }
        #expect(refusal?.code == .impersonationRefused)
    }

    @Test("they are not made in another's name, whose own may be")
    func inAnothersName() async throws {
        let other = try await test.makeUser("other@example.com", role: .administrator)
        let old = try await scene.principal
        let refusal = await failure {
            _ = try await test.authenticator.impersonate("other@example.com", by: old)
        }
        #expect(refusal?.message == "Confirm it is you: log in again.")
        try await prove()
        let acting = try await test.authenticator.impersonate("other@example.com", by: old)
        // What was begun goes on for as long as it does not rest, and asks again for what would outlive it.
        for _ in 1...2 {
            test.clock.advance(by: FactorRules.confirmationTime / 2 + .seconds(1))
            _ = try await test.authenticator.impersonate("other@example.com", by: old)
        }
        #expect(await rotate(.user(.id(scene.user.id)), by: acting) == .impersonationRefused)
        #expect(
            await rotate(.user(.username("jane@example.com")), by: acting) == .impersonationRefused
        )
        #expect(await rotate(.user(.id(other.id)), by: acting) == .confirmationRequired)
        try await prove()
        #expect(await rotate(.user(.id(other.id)), by: acting) == nil)
    }

    @Test("a session goes on with nothing that API keys have begun, and nobody is asked for others")
    func begunByKeys() async throws {
        _ = try await test.makeUser("other@example.com", role: .administrator)
        _ = try await test.makeUser("least@example.com")
        let pair = try await test.keys.rotate(.user(.id(scene.user.id)), by: test.asAdministrator)
        _ = try await test.authenticator.impersonate(
            "other@example.com",
            by: try await test.enter(pair)
        )
        let old = try await scene.principal
        let refusal = await failure {
            _ = try await test.authenticator.impersonate("other@example.com", by: old)
        }
        #expect(refusal?.code == .confirmationRequired)
        _ = try await test.authenticator.impersonate("least@example.com", by: old)
    }

    /// Shows with the password that the session is its owner's.
    private func prove() async throws {
        try await ConfirmationService(test.directory).require(
            by: scene.principal,
            password: TestDirectory.administratorPassword
        )
    }

    @Test("a name that has become one's own since the head came is one's own")
    func renamed() async throws {
        let principal = try await scene.principal
        var owner = try await test.current(scene.user)
        owner.username = try Username("new@example.com")
        try await test.overwrite(owner)
        #expect(
            await rotate(.user(.username("new@example.com")), by: principal)
                == .confirmationRequired
        )
        let hasKey = try await test.directory.store.read(.bounded) {
            [scene] reader throws(MusterError) in
            try reader.hasAPIKey(scene.user.id)
        }
        #expect(!hasKey)
    }

    @Test("API keys renew themselves without more")
    func keys() async throws {
        let pair = try await test.keys.rotate(.user(.id(scene.user.id)), by: test.asAdministrator)
        #expect(await rotate(.user(.id(scene.user.id)), by: try test.enter(pair)) == nil)
    }
}
