import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite(
    "More places and a longer stay of one's own, in a session that was not proved lately",
    .everyStore
)
struct OwnStayProofTests {
    /// What is changed, beside what there was.
    enum Change: CaseIterable, Sendable {
        case widerHosts
        case noHosts
        case longerTimeout
        case noTimeout
        case laterExpiry
        case noExpiry
        case narrowerHosts
        case shorterTimeout
        case earlierExpiry

        /// Whether a thief would gain by it.
        var opensMore: Bool {
            switch self {
            case .narrowerHosts, .shorterTimeout, .earlierExpiry: false
            default: true
            }
        }
    }

    private static let password = TestDirectory.administratorPassword
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }

    /// An administrator without a second factor, whose session is old.
    init() async throws {
        scene = try await OwnStayProofTests.scene(hasFactor: false)
    }

    private static func scene(hasFactor: Bool) async throws -> FactorScene {
        let scene = try await FactorScene()
        if hasFactor { _ = try await scene.addApp() }
        var owner = try await scene.test.current(scene.user)
        owner.role = .administrator
        owner.hosts = try AllowedNetworks(["192.0.2.0/24", "2001:db8::/32"])
        owner.inactivityTimeout = .seconds(3600)
        owner.expiresAt = scene.test.clock.now().advanced(by: .seconds(86_400))
        try await scene.test.overwrite(owner)
        scene.test.clock.advance(by: FactorRules.confirmationTime + .seconds(1))
        return scene
    }

    private func changes(_ change: Change) throws -> UserChanges {
        let start = test.clock.now()
        var changes = UserChanges()
        switch change {
        case .widerHosts: changes.hosts = try AllowedNetworks(["192.0.2.0/24", "10.0.0.0/8"])
        case .noHosts: changes.hosts = AllowedNetworks()
        case .narrowerHosts: changes.hosts = try AllowedNetworks(["192.0.2.1", "192.0.2.128/25"])
        case .longerTimeout: changes.inactivityTimeout = .seconds(3601)
        case .noTimeout: changes.inactivityTimeout = .zero
        case .shorterTimeout: changes.inactivityTimeout = .seconds(600)
        case .laterExpiry: changes.expiry = .at(start.advanced(by: .seconds(172_800)))
        case .noExpiry: changes.expiry = .never
        case .earlierExpiry: changes.expiry = .at(start.advanced(by: .seconds(3600)))
        }
        return changes
    }

    private func edit(
        _ change: Change,
        of user: User? = nil,
        by principal: Principal,
        _ password: Secret<String>? = nil,
        proof: OwnProof = .password
    ) async throws -> MusterError? {
        var changes = try changes(change)
        changes.currentPassword = password
        let target = UserTarget.user(.id((user ?? scene.user).id))
        return await failure { [changes] in
            _ = try await test.users.edit(target, by: principal, proof: proof) {
                () throws(MusterError) in changes
            }
        }
    }

    @Test("need the present password, and less of either does not", arguments: Change.allCases)
    func proof(_ change: Change) async throws {
        let before = try await test.current(scene.user)
        let refusal = try await edit(change, by: scene.principal)
        guard change.opensMore else {
            #expect(refusal == nil)
            return
        }
        #expect(refusal?.code == .confirmationRequired)
        #expect(refusal?.message == "Confirm it is you: send your \"current_password\".")
        #expect(try await test.current(scene.user) == before)
        let wrong = try await edit(change, by: scene.principal, Secret("wrong"))
        #expect(wrong?.code == .currentPasswordInvalid)
        #expect(try await edit(change, by: scene.principal, Self.password) == nil)
    }

    @Test("need none in a new session, by API keys, and for others", arguments: Change.allCases)
    func free(_ change: Change) async throws {
        let fresh = try await test.enter(try await test.logIn("jane@example.com"))
        #expect(try await edit(change, by: fresh) == nil)
        let keys = try await test.keys.rotate(.user(.id(scene.user.id)), by: test.asAdministrator)
        #expect(try await edit(change, by: try test.enter(keys)) == nil)
        let someone = try await test.makeUser("other@example.com")
        let old = try await scene.principal
        #expect(try await edit(change, of: someone, by: old) == nil)
    }

    @Test("where a call has no place for the password, it is a new login, for whoever has a factor")
    func loginAgain() async throws {
        let refusal = try await edit(.noHosts, by: scene.principal, proof: .login)
        #expect(refusal?.message == "Confirm it is you: log in again.")
        #expect(
            try await edit(.noHosts, by: scene.principal, proof: .loginWithFactor) == nil
        )
        let other = try await Self.scene(hasFactor: true)
        let principal = try await other.principal
        let change = try changes(.noHosts)
        let refused = await failure {
            _ = try await other.test.users.edit(
                .user(.id(other.user.id)),
                by: principal,
                proof: .loginWithFactor
            ) { () throws(MusterError) in change }
        }
        #expect(refused?.code == .confirmationRequired)
    }

    @Test("in another's name nobody gives itself more")
    func inAnothersName() async throws {
        _ = try await test.makeUser("other@example.com", role: .administrator)
        let acting = try await test.authenticator.impersonate(
            "other@example.com",
            by: scene.principal
        )
        #expect(try await edit(.noHosts, by: acting)?.code == .impersonationRefused)
    }

    @Test("an import is no way round")
    func imports() async throws {
        let old = try await scene.principal
        let run = try ImportService(test.directory).begin(by: old) {
            () throws(MusterError) in ImportOptions(mode: .upsert)
        }
        var line = ImportLine(number: 1, username: scene.user.username)
        line.changes.hosts = AllowedNetworks()
        let candidate = try run.check(line)
        let outcome = try await run.commit(run.batch([candidate]), stopsAtFailure: false)
        #expect(outcome.names == [MusterError.Code.confirmationRequired.rawValue])
    }
}
