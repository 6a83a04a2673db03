import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite(
    "Ways into other administrators' accounts, from a session that was not proved lately",
    .everyStore
)
struct AdministratorsKeyProofTests {
    private static let password = TestDirectory.administratorPassword
    private let scene: FactorScene
    private let strong: User
    private let bits: User
    private let weak: User
    private var test: TestDirectory { scene.test }

    /// An administrator with an app, whose session is old, and others.
    init() async throws {
        scene = try await FactorScene()
        let test = scene.test
        _ = try await scene.addApp()
        var owner = try await test.current(scene.user)
        owner.role = .administrator
        try await test.overwrite(owner)
        strong = try await test.makeUser("strong@example.com", role: .administrator)
        var writer = try await test.makeUser("bits@example.com")
        writer.masks = Masks(write: Resource.users.bit)
        try await test.overwrite(writer)
        bits = writer
        weak = try await test.makeUser("weak@example.com")
        test.clock.advance(by: FactorRules.confirmationTime + .seconds(1))
    }

    private func rotate(
        _ user: User,
        by principal: Principal,
        _ password: Secret<String>? = nil
    ) async -> MusterError? {
        await failure {
            _ = try await test.keys.rotate(.user(.id(user.id)), by: principal) {
                () throws(MusterError) in password
            }
        }
    }

    @Test("API keys need the doer's proof, as its own do; those of others do not")
    func keys() async throws {
        let principal = try await scene.principal
        for user in [strong, bits] {
            let refusal = await rotate(user, by: principal)
            #expect(refusal?.code == .confirmationRequired)
            #expect(refusal?.challenge?.handle != nil)
            let wrong = await rotate(user, by: principal, Secret("wrong"))
            #expect(wrong?.code == .currentPasswordInvalid)
        }
        #expect(await rotate(weak, by: principal) == nil)
        // Where it is nobody's business no password is looked at.
        #expect(await rotate(weak, by: principal, Secret("wrong")) == nil)
        #expect(await rotate(strong, by: principal, Self.password) == nil)
        #expect(await rotate(bits, by: principal) == nil, "which counts for a while")
    }

    @Test("SSH keys do, whoever has a second factor or not, by an import, too")
    func sshKeys() async throws {
        let principal = try await scene.principal
        func add(to user: User) async -> MusterError.Code? {
            await failure {
                _ = try await test.sshKeys.add(to: .id(user.id), by: principal) {
                    () throws(MusterError) in (KeyLine.ed25519().base64, nil)
                }
            }?.code
        }
        #expect(await add(to: strong) == .confirmationRequired)
        #expect(await add(to: bits) == .confirmationRequired)
        #expect(await add(to: weak) == nil)
        let run = try ImportService(test.directory).begin(by: principal) {
            () throws(MusterError) in ImportOptions(mode: .upsert)
        }
        var line = ImportLine(number: 1, username: strong.username)
        line.sshKeys = [KeyLine.ed25519().base64]
        let candidate = try run.check(line)
        let outcome = try await run.commit(run.batch([candidate]), stopsAtFailure: false)
        #expect(outcome.names == [MusterError.Code.confirmationRequired.rawValue])
    }

    @Test("so do passwords, by whatever call; whoever knows the present one has nothing to gain")
    func passwords() async throws {
        let principal = try await scene.principal
        func reset(_ user: User, current: Secret<String>? = nil) async -> MusterError? {
            await failure {
                try await test.passwords.change(.user(.id(user.id)), by: principal) {
                    () throws(MusterError) in
                    PasswordChange(new: Secret("Better-Horse-8"), current: current)
                }
            }
        }
        let refusal = await reset(strong)
        #expect(refusal?.message == "Confirm it is you: log in again.")
        #expect(await reset(bits)?.code == .confirmationRequired)
        let changes = UserChanges { $0.password = Secret("Better-Horse-8") }
        let edited = await failure {
            _ = try await test.users.edit(.user(.id(strong.id)), by: principal) {
                () throws(MusterError) in changes
            }
        }
        #expect(edited?.code == .confirmationRequired)
        #expect(await reset(weak) == nil)
        #expect(await reset(strong, current: Self.password) == nil)
    }

    @Test("API keys of an administrator go on without more, as scripts do")
    func byKeys() async throws {
        let pair = try await test.keys.rotate(.user(.id(scene.user.id)), by: test.asAdministrator)
        #expect(await rotate(strong, by: try await test.enter(pair)) == nil)
    }
}
