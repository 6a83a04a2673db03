import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("One's own account is not taken over without one's own password", .everyStore)
struct OwnPasswordTests {
    private static let fresh = Secret("Better-Horse-8")
    private static let password = TestDirectory.administratorPassword
    private static let others = Secret("Others-Horse-9")

    /// What may not be done to oneself with a key or session alone.
    enum Call: CaseIterable, Sendable {
        case editPassword
        case editEmail
        case changeOwn
        case changeByName
        case changeAsCaller
        case configureFactor
        case sendCode
        case importPassword
        case importHash
        case importEmail

        /// Whether the present password can be given with it.
        var takesPassword: Bool {
            switch self {
            case .importPassword, .importHash, .importEmail: false
            default: true
            }
        }
    }

    private let store: FaultyStore
    private let test: TestDirectory
    private let deputy: User
    private let other: User

    init() async throws {
        store = try FaultyStore()
        test = try await TestDirectory(store: store)
        deputy = try await test.makeUser("deputy@example.com", role: .administrator)
        other = try await test.makeUser(
            "other@example.com",
            role: .administrator,
            password: Self.others
        )
    }

    /// Lets somebody change the deputy's account.
    private func make(
        _ call: Call,
        by principal: Principal,
        _ current: Secret<String>?
    ) async -> MusterError? {
        let isSelf = principal.user.id == deputy.id
        let subject = isSelf && call != .changeByName ? UserTarget.oneself : .user(.id(deputy.id))
        return await failure {
            switch call {
            case .editPassword:
                try await edit(subject, principal, current) { $0.password = Self.fresh }
            case .editEmail:
                try await edit(subject, principal, current) { $0.email = "elsewhere@example.org" }
            case .changeOwn, .changeByName, .changeAsCaller:
                try await test.passwords.change(subject, by: principal) { () throws(MusterError) in
                    let owner = call == .changeAsCaller
                    return PasswordChange(
                        new: Self.fresh,
                        current: current,
                        owner: owner ? .caller : .target
                    )
                }
            case .configureFactor:
                try await test.secondFactors.configure(subject, by: principal) {
                    () throws(MusterError) in
                    SecondFactorSettings(
                        isEmailEnabled: true,
                        isSMSEnabled: false,
                        phone: nil,
                        password: current
                    )
                }
            case .sendCode:
                try await test.secondFactors.sendVerification(to: subject, by: principal) {
                    () throws(MusterError) in (try PhoneNumber("+12025550123"), current)
                }
            case .importPassword:
                try await importLine(principal) { $0.password = .plain(Self.fresh) }
            case .importHash:
                try await importLine(principal) { $0.password = .hash(Secret("instant$1$1$41")) }
            case .importEmail:
                try await importLine(principal) { $0.changes.email = "elsewhere@example.org" }
            }
        }
    }

    private func edit(
        _ subject: UserTarget,
        _ principal: Principal,
        _ current: Secret<String>?,
        _ build: (inout UserChanges) -> Void
    ) async throws(MusterError) {
        var changes = UserChanges(build)
        changes.currentPassword = current
        _ = try await test.users.edit(subject, by: principal) { [changes] () throws(MusterError) in
            changes
        }
    }

    private func importLine(
        _ principal: Principal,
        _ build: (inout ImportLine) -> Void
    ) async throws(MusterError) {
        let run = try ImportService(test.directory).begin(by: principal) {
            () throws(MusterError) in ImportOptions(mode: .upsert)
        }
        var line = ImportLine(number: 1, username: deputy.username)
        build(&line)
        let candidate = try await run.hashing(try run.check(line))
        for outcome in try await run.commit(run.batch([candidate]), stopsAtFailure: false) {
            if case .failed(let error) = outcome { throw error }
        }
    }

    private func principals() async throws -> [(String, Principal)] {
        let keys = try await test.keys.rotate(.user(.id(deputy.id)), by: test.asAdministrator)
        let byKeys = try await test.enter(keys)
        let bySession = try await test.enter(try await test.logIn(deputy.username.text))
        let byMasks = try await test.authenticator.authenticate(
            .apiKeys(accessKey: keys.accessKey, secretKey: keys.secretKey),
            from: TestDirectory.origin(),
            by: .masks
        )
        let inOthersName = try await test.authenticator.impersonate(
            other.username.text,
            by: byKeys
        )
        return [
            ("keys", byKeys), ("session", bySession), ("masks", byMasks),
            ("in another's name", inOthersName),
        ]
    }

    @Test(
        "without it, with a wrong one and with somebody else's nothing is changed",
        arguments: Call.allCases
    )
    func refused(_ call: Call) async throws {
        for (name, principal) in try await principals() {
            let (before, hash) = (try await store.contents(), try await passwordHash())
            #expect(
                await make(call, by: principal, nil)?.code == .currentPasswordInvalid,
                "\(name)"
            )
            #expect(try await store.contents() == before, "\(name)")
            guard call.takesPassword else { continue }
            for wrong in [Secret("wrong"), Self.others] {
                let refusal = await make(call, by: principal, wrong)
                #expect(refusal?.code == .currentPasswordInvalid, "\(name)")
            }
            let after = try await test.current(deputy)
            #expect(after.email == nil && !after.secondFactor.isEmailEnabled, "\(name)")
            #expect(try await passwordHash() == hash, "\(name)")
            _ = try await test.users.unlock(.id(deputy.id), by: test.asAdministrator)
        }
        #expect(test.codes.messages.isEmpty)
    }

    @Test(
        "with it the change is made",
        arguments: Call.allCases.filter(\.takesPassword)
    )
    func made(_ call: Call) async throws {
        for index in 0..<4 {
            let fixture = try await OwnPasswordTests()
            let (name, principal) = try await fixture.principals()[index]
            let refusal = await fixture.make(call, by: principal, Self.password)
            #expect(refusal == nil, "\(name)")
        }
    }

    private func passwordHash() async throws -> String {
        try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.password(of: deputy.id)?.hash.text ?? ""
        }
    }
}
