import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("A code goes to where its user is when it is kept", .everyStore)
struct MovedCodeTests {
    private static let former = "+4915112345678"
    private static let present = "+4915187654321"
    private let store: FaultyStore
    private let test: TestDirectory
    private let user: User

    init() async throws {
        store = try FaultyStore()
        test = try await TestDirectory(store: store)
        var user = try await test.makeUser("jane@example.com")
        user.secondFactor = SecondFactor(
            phone: try PhoneNumber(Self.former),
            isPhoneVerified: true,
            isSMSEnabled: true
        )
        try await test.overwrite(user)
        self.user = user
    }

    private var recipients: [String] { test.codes.messages.map(\.recipient) }

    /// What changes the user while something else is on its way.
    private func change(
        _ change: @escaping @Sendable (inout User) -> Void
    ) -> @Sendable () async -> Void {
        let (test, user) = (test, user)
        return {
            do {
                var user = try await test.current(user)
                change(&user)
                try await test.overwrite(user)
            } catch {
                Issue.record(error)
            }
        }
    }

    private func handle() async throws -> Secret<String> {
        let refusal = await failure { try await test.logIn("jane@example.com") }
        test.clock.advance(by: .seconds(60))
        return try #require(refusal?.challenge?.handle)
    }

    private func send(_ handle: Secret<String>) async -> MusterError.Code? {
        await failure {
            try await test.logins.sendCode(for: handle, by: .sms, from: TestDirectory.origin())
        }?.code
    }

    @Test("the former phone gets none that is asked for while the phone is changed")
    func asked() async throws {
        let handle = try await handle()
        #expect(recipients == [Self.former])
        store.beforeNextChange(
            change { $0.secondFactor.phone = PhoneNumber(stored: Self.present) }
        )
        #expect(await send(handle) == nil)
        #expect(recipients == [Self.former, Self.present])
    }

    @Test("the former phone gets none of a login in the middle of which the phone is changed")
    func loggedIn() async throws {
        let moving = change { $0.secondFactor.phone = PhoneNumber(stored: Self.present) }
        let store = store
        // The first change is that of the right password.
        store.beforeNextChange { store.beforeNextChange(moving) }
        let refusal = await failure { try await test.logIn("jane@example.com") }
        #expect(refusal?.code == .codeRequired)
        #expect(recipients == [Self.present])
    }

    @Test("nobody gets one who was shut out, or has switched that way off, meanwhile")
    func refused() async throws {
        let handle = try await handle()
        store.beforeNextChange(change { $0.isEnabled = false })
        #expect(await send(handle) == .loginExpired)
        await change { $0.isEnabled = true }()
        store.beforeNextChange(
            change {
                $0.secondFactor.isSMSEnabled = false
                $0.secondFactor.isEmailEnabled = true
            }
        )
        #expect(await send(handle) == .inputInvalid)
        #expect(recipients == [Self.former])
    }

    @Test("who is shut out in the middle of a login gets none")
    func shutOut() async throws {
        let shutting = change { $0.isEnabled = false }
        let store = store
        store.beforeNextChange { store.beforeNextChange(shutting) }
        let refusal = await failure { try await test.logIn("jane@example.com") }
        #expect(refusal?.code == .credentialsInvalid && recipients.isEmpty)
    }
}
