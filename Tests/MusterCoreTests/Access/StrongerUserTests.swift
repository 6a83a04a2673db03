import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Nobody takes anything from a user who holds more", .everyStore)
struct StrongerUserTests {
    private typealias Call = PowerScene.Call
    private typealias Strength = PowerScene.Strength

    @Test("what is done to a user who holds no more is done", arguments: PowerScene.Call.allCases)
    func control(_ call: PowerScene.Call) async throws {
        let scene = try await PowerScene()
        let before = try await scene.store.contents()
        #expect(await scene.make(call) == nil)
        #expect(try await scene.store.contents() != before)
    }

    @Test(
        "a user of a higher role or with more bits keeps name, way in, factor, keys and sessions",
        arguments: PowerScene.Call.allCases,
        PowerScene.Strength.allCases
    )
    func stronger(_ call: PowerScene.Call, _ strength: PowerScene.Strength) async throws {
        let scene = try await PowerScene()
        try await scene.strengthen(strength)
        let before = try await scene.store.contents()
        #expect(await scene.make(call)?.code == .escalation)
        #expect(try await scene.store.contents() == before)
    }

    @Test(
        "a user promoted between the question and the change keeps them, too",
        arguments: PowerScene.Call.allCases,
        PowerScene.Strength.allCases
    )
    func promotedMeanwhile(_ call: PowerScene.Call, _ strength: PowerScene.Strength) async throws {
        let scene = try await PowerScene()
        let promoted = Promotion()
        scene.store.beforeNextChange { await promoted.make(strength, in: scene) }
        #expect(await scene.make(call)?.code == .escalation)
        #expect(try await scene.store.contents() == (await promoted.contents))
    }

    @Test(
        "a user promoted while its new password is hashed keeps the old one",
        arguments: [
            PowerScene.Call.setPassword, .changePassword, .changePasswordByOwn, .importPassword,
        ],
        PowerScene.Strength.allCases
    )
    func promotedWhileHashing(_ call: PowerScene.Call, _ strength: PowerScene.Strength) async throws
    {
        let hasher = GatedHasher()
        let scene = try await PowerScene(hasher: hasher)
        hasher.close()
        async let refusal = scene.make(call)
        _ = await hasher.arrivals.first { true }
        try await scene.strengthen(strength)
        let before = try await scene.store.contents()
        hasher.open()
        #expect(await refusal?.code == .escalation)
        #expect(try await scene.store.contents() == before)
    }

    @Test("bits that the maker loses while a password is hashed are not given to the new user")
    func creation() async throws {
        let hasher = GatedHasher()
        let scene = try await PowerScene(hasher: hasher)
        let (test, clerk) = (scene.test, scene.clerk)
        hasher.close()
        async let refusal = failure {
            try await test.users.create(by: clerk) { () throws(MusterError) in
                let masks = Masks(read: 7)
                return (UserDraft(username: try Username("new"), masks: masks), PowerScene.password)
            }
        }
        _ = await hasher.arrivals.first { true }
        var user = clerk.user
        user.masks.read = 0
        try await test.overwrite(user)
        hasher.open()
        #expect(await refusal?.code == .escalation)
        let made = await failure { try await test.users.look(at: .username("new"), by: clerk) }
        #expect(made?.code == .userNotFound)
    }

    @Test("a role that the maker loses while a password is hashed is not given to the new user")
    func creationByRole() async throws {
        let hasher = GatedHasher()
        let test = try await TestDirectory(hasher: hasher)
        var deputy = try await test.makeUser("deputy@example.com", role: .administrator)
        let principal = try await test.asUser(deputy)
        hasher.close()
        async let refusal = failure {
            try await test.users.create(by: principal) { () throws(MusterError) in
                let draft = UserDraft(username: try Username("n@e.com"), role: .administrator)
                return (draft, PowerScene.password)
            }
        }
        _ = await hasher.arrivals.first { true }
        deputy.role = .standard
        try await test.overwrite(deputy)
        hasher.open()
        #expect(await refusal?.code == .insufficientScope)
        let made = await failure {
            try await test.users.details(.user(.username("n@e.com")), by: test.asAdministrator)
        }
        #expect(made?.code == .userNotFound)
    }
}

/// Promotes Jane, and keeps what the store holds then.
private actor Promotion {
    private(set) var contents: StoreContents?

    func make(_ strength: PowerScene.Strength, in scene: PowerScene) async {
        do {
            try await scene.strengthen(strength)
            contents = try await scene.store.contents()
        } catch {
            Issue.record(error)
        }
    }
}
