import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Whose factors may be seen and reset, and what has to be proved first", .everyStore)
struct FactorRightsTests {
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }

    init() async throws {
        scene = try await FactorScene()
    }

    /// Somebody who administers by masks alone.
    private func clerk(_ name: String = "clerk@example.com") async throws -> Principal {
        var user = try await test.makeUser(name)
        user.masks = Masks(read: 7, write: Resource.users.bit)
        try await test.overwrite(user)
        return try await test.asUser(try test.current(user), by: .masks)
    }

    private func reset(_ user: User, by principal: Principal) async -> MusterError.Code? {
        await failure { try await test.factors.reset(.id(user.id), by: principal) }?.code
    }

    private func rotate(
        by principal: Principal,
        _ password: Secret<String>? = nil
    ) async -> MusterError? {
        await failure {
            _ = try await test.keys.rotate(.oneself, by: principal) { () throws(MusterError) in
                password
            }
        }
    }

    @Test("nobody sees the factors of a user who holds more, and everybody its own")
    func list() async throws {
        let clerk = try await clerk()
        let strong = try await test.makeUser("strong@example.com", role: .standard)
        let refusal = await failure {
            _ = try await test.factors.list(of: .user(.id(strong.id)), by: clerk)
        }
        #expect(refusal?.code == .escalation)
        let weak = UserTarget.user(.id(scene.user.id))
        #expect(try await test.factors.list(of: weak, by: clerk).factors.isEmpty)
        #expect(try await test.factors.list(of: .oneself, by: clerk).factors.isEmpty)
        let all = UserTarget.user(.id(strong.id))
        #expect(try await test.factors.list(of: all, by: test.asAdministrator).factors.isEmpty)
    }

    @Test("equals do not reset each other's factors, but for administrators, above whom is nobody")
    func equals() async throws {
        let (one, other) = (try await clerk(), try await clerk("other@example.com"))
        #expect(await reset(other.user, by: one) == .escalation)
        #expect(await reset(scene.user, by: one) == nil)
        let deputy = try await test.makeUser("deputy@example.com", role: .administrator)
        #expect(await reset(deputy, by: one) == .escalation)
        #expect(await reset(deputy, by: test.asAdministrator) == nil)
        #expect(await reset(test.administrator, by: try await test.asUser(deputy)) != nil)
        let third = try await test.makeUser("third@example.com", role: .administrator)
        #expect(await reset(deputy, by: try await test.asUser(third)) == nil)
    }

    private func switchOff(by principal: Principal, _ target: UserTarget) async throws -> String? {
        try await test.secondFactors.configure(target, by: principal) { () throws(MusterError) in
            SecondFactorSettings(
                isEmailEnabled: false,
                isSMSEnabled: nil,
                phone: nil,
                password: target.isOneself ? TestDirectory.administratorPassword : nil
            )
        }
    }

    @Test(
        "nor do equals switch each other's codes, or turn them elsewhere; who has none is given some"
    )
    func equalsCodes() async throws {
        let (one, other) = (try await clerk(), try await clerk("other@example.com"))
        let target = UserTarget.user(.id(other.user.id))
        let phone = try PhoneNumber("+12025550123")
        func set(_ isOn: Bool, by principal: Principal) async -> MusterError.Code? {
            await failure {
                _ = try await test.secondFactors.configure(target, by: principal) {
                    () throws(MusterError) in
                    SecondFactorSettings(
                        isEmailEnabled: isOn,
                        isSMSEnabled: nil,
                        phone: nil,
                        password: nil
                    )
                }
            }?.code
        }
        func move(_ address: String, by principal: Principal) async -> MusterError.Code? {
            await failure {
                _ = try await test.users.edit(target, by: principal) { () throws(MusterError) in
                    UserChanges { $0.email = address }
                }
            }?.code
        }
        #expect(await move("new@example.com", by: one) == nil)
        #expect(await set(true, by: one) == nil)
        #expect(await set(false, by: one) == .escalation)
        #expect(await move("clerk@example.com", by: one) == .escalation)
        let proof = await failure {
            try await test.secondFactors.sendVerification(to: target, by: one) {
                () throws(MusterError) in (phone, nil)
            }
        }
        #expect(proof?.code == .escalation)
        let administrator = test.asAdministrator
        #expect(await move("newer@example.com", by: administrator) == nil)
        #expect(await set(false, by: administrator) == nil)
        #expect(await set(true, by: one) == nil, "an administrator has taken the last one away")
    }

    @Test(
        "who must have a factor keeps its last one; an administrator who takes it is told, and it is recorded"
    )
    func lastFactor() async throws {
        let someone = UserTarget.user(.id(scene.user.id))
        for isRequired in [false, true] {
            var user = try await test.current(scene.user)
            user.secondFactor.isEmailEnabled = true
            user.authorizations.requiresSecondFactorEnrolment = isRequired
            try await test.overwrite(user)
            let told = try await switchOff(by: test.asAdministrator, someone)
            #expect((told != nil) == isRequired)
            let fields = try await test.auditEvents().last?.fields ?? []
            let isRecorded = fields.contains {
                $0.key == "two_factor" && $0.value == "none left, and one is required"
            }
            #expect(isRecorded == isRequired)
        }
        var user = try await test.current(scene.user)
        user.secondFactor.isEmailEnabled = true
        try await test.overwrite(user)
        let own = try await test.asUser(try test.current(user))
        let refusal = await failure { _ = try await switchOff(by: own, .oneself) }
        #expect(refusal?.code == .factorLast)
    }

    @Test("API keys of one's own need a proof of the last five minutes, where there is a factor")
    func keys() async throws {
        let plain = try await scene.principal
        test.clock.advance(by: .seconds(301))
        #expect(await rotate(by: plain) == nil, "there is no second factor that keys would pass by")
        let session = try await test.logIn("jane@example.com")
        let jane = try await test.enter(session)
        _ = try await test.factors.addTimeCode(by: jane) { () throws(MusterError) in (nil, nil) }
        var user = try await test.current(scene.user)
        user.secondFactor.isEmailEnabled = true
        try await test.overwrite(user)
        #expect(await rotate(by: jane) == nil)
        test.clock.advance(by: .seconds(301))
        let refusal = await rotate(by: jane)
        #expect(refusal?.code == .confirmationRequired && refusal?.challenge?.handle != nil)
        #expect(await rotate(by: jane, Secret("wrong"))?.code == .currentPasswordInvalid)
        #expect(await rotate(by: jane, TestDirectory.administratorPassword) == nil)
    }

    @Test("whoever has the keys, and an administrator for others, makes new ones as ever")
    func keysByKeys() async throws {
        let someone = UserTarget.user(.id(scene.user.id))
        let pair = try await test.keys.rotate(someone, by: test.asAdministrator)
        var user = try await test.current(scene.user)
        user.secondFactor.isEmailEnabled = true
        try await test.overwrite(user)
        test.clock.advance(by: .seconds(301))
        let jane = try await test.enter(pair)
        _ = try await test.keys.rotate(.oneself, by: jane)
        _ = try await test.keys.rotate(someone, by: test.asAdministrator)
    }

    @Test(
        "labels turn no direction of writing, and may be of any script",
        arguments: [
            ("Ph\u{202E}one", false), ("a\u{2066}b", false), ("\u{200F}", false), ("\u{7}", false),
            ("הטלפון שלי", true), ("👨‍👩‍👧 phone", true), ("Töleföñ", true),
        ]
    )
    func labels(_ label: String, _ isTaken: Bool) async throws {
        let refusal = await failure { _ = try await scene.begin(label) }
        #expect(refusal?.code == (isTaken ? nil : .inputInvalid))
        #expect(refusal?.details["field"] == (isTaken ? nil : "label"))
    }
}
