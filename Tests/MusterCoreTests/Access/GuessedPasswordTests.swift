import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("The present password is not guessed", .everyStore)
struct GuessedPasswordTests {
    private static let allowed = LockoutRule.maximumFailures + 1

    /// Where the present password is asked for.
    enum Question: CaseIterable, Sendable {
        case password
        case email
        case factor
        case phone
    }

    private func guess(
        _ question: Question,
        _ password: Secret<String>,
        _ test: TestDirectory,
        by principal: Principal
    ) async -> MusterError? {
        await failure {
            switch question {
            case .password:
                try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
                    PasswordChange(new: Secret("Better-Horse-8"), current: password)
                }
            case .email:
                var changes = UserChanges()
                changes.email = "elsewhere@example.org"
                changes.currentPassword = password
                _ = try await test.users.edit(.oneself, by: principal) {
                    [changes] () throws(MusterError) in changes
                }
            case .factor:
                try await test.secondFactors.configure(.oneself, by: principal) {
                    () throws(MusterError) in
                    SecondFactorSettings(
                        isEmailEnabled: true,
                        isSMSEnabled: false,
                        phone: nil,
                        password: password
                    )
                }
            case .phone:
                try await test.secondFactors.sendVerification(to: .oneself, by: principal) {
                    () throws(MusterError) in (try PhoneNumber("+12025550123"), password)
                }
            }
        }
    }

    @Test("guesses from ever other networks end, too", arguments: Question.allCases)
    func otherNetworks(_ question: Question) async throws {
        let test = try await TestDirectory()
        let user = try await test.makeUser("jane@example.com")
        let method = try await test.asUser(user).method
        for number in 1...60 {
            let address = IPAddress("2001:db8:0:\(String(number, radix: 16))::1")
            let principal = try await test.asUser(user, method: method, from: address)
            _ = await guess(question, Secret("guess \(number)"), test, by: principal)
        }
        let logins = try await test.current(user).logins
        #expect(logins.failureTotal == LockoutRule.maximumFailuresOfCaller + 1)
        let elsewhere = try await test.asUser(
            user,
            method: method,
            from: IPAddress("2001:db8:9::1")
        )
        let right = await guess(question, TestDirectory.administratorPassword, test, by: elsewhere)
        #expect(right?.code == .currentPasswordInvalid)
    }

    @Test(
        "of 250 guesses at the same moment only as many are checked as may fail",
        arguments: Question.allCases
    )
    func sameSnapshot(_ question: Question) async throws {
        // The first six meet, so that all others have come before any of them counts.
        let hasher = MeetingHasher(checks: Self.allowed)
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store, hasher: hasher)
        let user = try await test.makeUser("jane@example.com")
        let principal = try await test.asUser(user)
        let refusals = await withTaskGroup(of: MusterError.Code?.self) { group in
            for number in 0..<250 {
                group.addTask {
                    await guess(question, Secret("guess \(number)"), test, by: principal)?.code
                }
            }
            var codes: [MusterError.Code?] = []
            for await code in group { codes.append(code) }
            return codes
        }
        #expect(refusals.allSatisfy { $0 == .currentPasswordInvalid || $0 == .overloaded })
        let logins = try await test.current(user).logins
        #expect(logins.failureTotal == Self.allowed, "so many guesses were checked")
        let before = try await store.contents()
        let right = await guess(question, TestDirectory.administratorPassword, test, by: principal)
        #expect(right?.code == .currentPasswordInvalid, "the lock is no way to find it out either")
        #expect(try await store.contents() == before)
    }

    @Test("a guess that was right when it was checked is not when the change is made")
    func changedMeanwhile() async throws {
        for question in Question.allCases {
            let store = try FaultyStore()
            let test = try await TestDirectory(store: store)
            let user = try await test.makeUser("jane@example.com")
            let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
            let principal = try await test.enter(keys)
            store.beforeNextChange {
                let change = PasswordChange(new: Secret("Renewed-Horse-1"), current: nil)
                let refusal = await failure {
                    try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
                        () throws(MusterError) in change
                    }
                }
                #expect(refusal == nil)
            }
            let refusal = await guess(
                question,
                TestDirectory.administratorPassword,
                test,
                by: principal
            )
            #expect(refusal?.code == .currentPasswordInvalid, "\(question)")
            #expect(
                try await test.logIn("jane@example.com", Secret("Renewed-Horse-1")).user == user
            )
        }
    }
}
