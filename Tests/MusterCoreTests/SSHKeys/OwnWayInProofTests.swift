import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite(
    "SSH keys of one's own and hashes, in a session whose owner has not proved itself lately",
    .everyStore
)
struct OwnWayInProofTests {
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }

    /// An administrator without a second factor, whose session is old.
    init() async throws {
        scene = try await FactorScene()
        var owner = try await scene.test.current(scene.user)
        owner.role = .administrator
        try await scene.test.overwrite(owner)
        scene.test.clock.advance(by: FactorRules.confirmationTime + .seconds(1))
    }

    private func add(
        to reference: UserReference? = nil,
        by principal: Principal,
        _ password: Secret<String>? = nil,
        isFreeWithoutFactor: Bool = false
    ) async -> MusterError.Code? {
        await failure {
            _ = try await test.sshKeys.add(
                to: reference ?? .id(scene.user.id),
                by: principal,
                isFreeWithoutFactor: isFreeWithoutFactor
            ) { () throws(MusterError) in (KeyLine.ed25519().base64, password) }
        }?.code
    }

    private func export(hashes: Bool, by principal: Principal) async -> MusterError? {
        await failure {
            _ = try await ExportService(test.directory).begin(by: principal) {
                () throws(MusterError) in hashes
            }
        }
    }

    private func importKey(by principal: Principal) async throws(MusterError) -> String {
        let run = try ImportService(test.directory).begin(by: principal) {
            () throws(MusterError) in ImportOptions(mode: .upsert)
        }
        var line = ImportLine(number: 1, username: scene.user.username)
        line.sshKeys = [KeyLine.ed25519().base64]
        let candidate = try run.check(line)
        return try await run.commit(run.batch([candidate]), stopsAtFailure: false).names[0]
    }

    @Test("an SSH key needs the password, by every name of one's own, and others' keys do not")
    func sshKeys() async throws {
        let principal = try await scene.principal
        #expect(await add(by: principal) == .confirmationRequired)
        let name = UserReference.username("Jane@example.com")
        #expect(await add(to: name, by: principal) == .confirmationRequired)
        let other = try await test.makeUser("other@example.com")
        #expect(await add(to: .id(other.id), by: principal) == nil)
        #expect(await add(by: principal, Secret("wrong")) == .currentPasswordInvalid)
        #expect(await add(by: principal, TestDirectory.administratorPassword) == nil)
    }

    @Test(
        "where a dialect has no place for the password, it is asked for where there is a second factor"
    )
    func withoutFactor() async throws {
        let principal = try await scene.principal
        #expect(await add(by: principal, isFreeWithoutFactor: true) == nil)
        let other = try await FactorScene()
        _ = try await other.addApp()
        var owner = try await other.test.current(other.user)
        owner.role = .administrator
        try await other.test.overwrite(owner)
        other.test.clock.advance(by: FactorRules.confirmationTime + .seconds(1))
        let refusal = await failure {
            _ = try await other.test.sshKeys.add(
                to: .id(other.user.id),
                by: other.principal,
                isFreeWithoutFactor: true
            ) { () throws(MusterError) in (KeyLine.ed25519().base64, nil) }
        }
        #expect(refusal?.code == .confirmationRequired)
    }

    @Test("in another's name nobody gives itself a key, or takes hashes out")
    func inAnothersName() async throws {
        _ = try await test.makeUser("other@example.com", role: .administrator)
        let acting = try await test.authenticator.impersonate(
            "other@example.com",
            by: scene.principal
        )
        #expect(await add(by: acting) == .impersonationRefused)
        #expect(await export(hashes: true, by: acting)?.code == .impersonationRefused)
    }

    @Test("hashes need a session that has just been proved; without them an export needs none")
    func hashes() async throws {
        let old = try await scene.principal
        let refusal = await export(hashes: true, by: old)
        #expect(refusal?.code == .confirmationRequired)
        #expect(refusal?.message == "Confirm it is you: log in again.")
        #expect(await export(hashes: false, by: old) == nil)
        let fresh = try await test.enter(try await test.logIn("jane@example.com"))
        let before = try await test.auditEvents().count
        #expect(await export(hashes: true, by: fresh) == nil)
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.fields) == [[AuditField("hashes", "true")]])
    }

    @Test("an import is no way round")
    func imports() async throws {
        let code = MusterError.Code.confirmationRequired.rawValue
        #expect(try await importKey(by: scene.principal) == code)
        let fresh = try await test.enter(try await test.logIn("jane@example.com"))
        #expect(try await importKey(by: fresh) == "updated")
    }

    @Test("API keys give and take without more")
    func keys() async throws {
        let pair = try await test.keys.rotate(.user(.id(scene.user.id)), by: test.asAdministrator)
        let principal = try await test.enter(pair)
        #expect(await add(by: principal) == nil)
        #expect(await export(hashes: true, by: principal) == nil)
    }
}
