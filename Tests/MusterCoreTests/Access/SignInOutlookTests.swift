import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What keeps somebody from signing in", .everyStore)
struct SignInOutlookTests {
    /// A user with something the matter, and what is told of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var rules = DirectoryRules()
        var bars: [SignInOutlook.Bar] = []
        var faults: [SignInOutlook.Fault] = []
        var mustEnrol = false
        let arrange: @Sendable (TestDirectory, User) async throws -> Void

        init(
            _ description: String,
            _ bars: [SignInOutlook.Bar] = [],
            _ faults: [SignInOutlook.Fault] = [],
            mustEnrol: Bool = false,
            rules: DirectoryRules = DirectoryRules(),
            _ arrange: @escaping @Sendable (TestDirectory, User) async throws -> Void
        ) {
            testDescription = description
            (self.rules, self.arrange) = (rules, arrange)
            (self.bars, self.faults, self.mustEnrol) = (bars, faults, mustEnrol)
        }

        /// A user some of whose fields are others.
        static func edited(
            _ description: String,
            _ bars: [SignInOutlook.Bar] = [],
            _ faults: [SignInOutlook.Fault] = [],
            mustEnrol: Bool = false,
            rules: DirectoryRules = DirectoryRules(),
            _ edit: @escaping @Sendable (inout User, TestDirectory) throws -> Void
        ) -> Case {
            Case(description, bars, faults, mustEnrol: mustEnrol, rules: rules) { test, user in
                var user = user
                try edit(&user, test)
                try await test.overwrite(user)
            }
        }
    }

    private static let silent = DirectoryRules(
        delivery: DeliveryRules(isEmailOn: false, isSMSOn: false)
    )

    private static func fault(
        _ kind: FactorKind,
        _ reason: SignInOutlook.Fault.Reason,
        _ label: String? = nil
    ) -> SignInOutlook.Fault {
        SignInOutlook.Fault(kind: kind, label: label, reason: reason)
    }

    /// Keeps an authenticator that has failed some times.
    private static func keep(
        _ proof: Factor.Proof,
        failures: Int,
        of user: User,
        in test: TestDirectory
    ) async throws {
        let now = test.clock.now()
        try await test.directory.store.write { transaction throws(MusterError) in
            var factor = try transaction.insertFactor(proof, of: user.id, label: "Mine", at: now)
            factor.failureCount = failures
            try transaction.updateFactor(factor)
        }
    }

    private static func count(
        _ failures: Int,
        of factor: CountedFactor,
        of user: User,
        in test: TestDirectory
    ) async throws {
        let digest = test.directory.digester.digest([1])
        try await test.directory.store.write { transaction throws(MusterError) in
            try transaction.replaceRecoveryCodes(of: user.id, with: [digest])
            try transaction.setFailureCount(failures, of: factor, of: user.id)
        }
    }

    private static let app = Factor.Proof.timeCode(
        TimeCodeSecret(key: Secret([UInt8](repeating: 1, count: 20)))
    )

    private static let cases: [Case] = [
        .edited("nothing") { _, _ in },
        .edited("disabled", [.refused(.disabled)]) { user, _ in user.isEnabled = false },
        .edited("expired", [.refused(.expired)]) { user, test in
            user.expiresAt = test.clock.now().advanced(by: .seconds(-1))
        },
        .edited("method closed", [.refused(.methodNotPermitted)]) { user, _ in
            user.authorizations.password = false
        },
        .edited("must enrol", mustEnrol: true) { user, _ in
            user.authorizations.requiresSecondFactorEnrolment = true
        },
        .edited("codes that the server sends") { user, _ in
            user.secondFactor.isEmailEnabled = true
        },
        .edited("codes that it does not send", [.noFactor], [fault(.email, .unsent)], rules: silent)
        { user, _ in user.secondFactor.isEmailEnabled = true },
        .edited("codes without a phone, and by mail", [], [fault(.sms, .unsent)]) { user, _ in
            user.secondFactor = SecondFactor(isSMSEnabled: true, isEmailEnabled: true)
        },
        .edited(
            "codes to an address that mail servers do not take",
            [.noFactor],
            [fault(.email, .unsent)],
            rules: DirectoryRules(delivery: DeliveryRules(sendsMail: true))
        ) { user, _ in
            user.email = "j\u{F6}rg@example.com"
            user.secondFactor.isEmailEnabled = true
        },
        Case("locked", [.refused(.locked)]) { test, user in
            for _ in 1...6 {
                _ = await failure { try await test.logIn(user.username.text, Secret("wrong")) }
            }
        },
        Case("an app") { test, user in try await keep(app, failures: 49, of: user, in: test) },
        Case("an app in use up elsewhere", [], [fault(.timeCode, .offElsewhere, "Mine")]) {
            try await keep(app, failures: 50, of: $1, in: $0)
        },
        Case("an app that is off", [.noFactor], [fault(.timeCode, .off, "Mine")]) {
            try await keep(app, failures: 100, of: $1, in: $0)
        },
        Case("an app that is off, and recovery codes", [], [fault(.timeCode, .off, "Mine")]) {
            test,
            user in
            try await keep(app, failures: 100, of: user, in: test)
            try await count(0, of: .recovery, of: user, in: test)
        },
        Case(
            "an app and recovery codes that are off",
            [.noFactor],
            [fault(.timeCode, .off, "Mine"), fault(.recovery, .off)]
        ) { test, user in
            try await keep(app, failures: 100, of: user, in: test)
            try await count(100, of: .recovery, of: user, in: test)
        },
        Case("codes that are off, and recovery codes", [], [fault(.email, .off)]) { test, user in
            var user = user
            user.secondFactor.isEmailEnabled = true
            try await test.overwrite(user)
            try await count(100, of: .sent, of: user, in: test)
        },
        Case("a passkey without a public address", [.noFactor], [fault(.passkey, .noSite, "Mine")])
        { try await keep(passkey(of: nil), failures: 0, of: $1, in: $0) },
        Case(
            "a passkey of another address",
            [.noFactor],
            [fault(.passkey, .noSite, "Mine")],
            rules: sited
        ) { try await keep(passkey(of: "other.example.com"), failures: 0, of: $1, in: $0) },
        Case("a passkey of this address", rules: sited) {
            try await keep(passkey(of: TestAuthenticator.site.id), failures: 0, of: $1, in: $0)
        },
    ]

    private static let sited = DirectoryRules(
        publicURL: try? PublicURL(TestAuthenticator.site.origin)
    )

    private static func passkey(of site: String?) -> Factor.Proof {
        .passkey(
            Passkey(
                credentialID: [1, 2, 3],
                publicKey: [4],
                model: [UInt8](repeating: 0, count: 16),
                counter: 0,
                isBackupEligible: false,
                isBackedUp: false,
                site: site
            )
        )
    }

    @Test(
        "everything that the rule of admission and the second factor ask is told",
        arguments: cases
    )
    func told(_ one: Case) async throws {
        let test = try await TestDirectory(rules: one.rules)
        let user = try await test.makeUser("jane@example.com")
        try await one.arrange(test, user)
        let outlook = try await test.users.signInOutlook(
            of: .id(user.id),
            by: test.asAdministrator
        )
        #expect(outlook.bars == one.bars)
        #expect(outlook.faults == one.faults)
        #expect(outlook.mustEnrol == one.mustEnrol && outlook.showsFactors)
    }

    @Test("who has no password is told of, and all that is wrong at once")
    func together() async throws {
        let test = try await TestDirectory()
        var user = try await test.users.create(by: test.asAdministrator) { () throws(MusterError) in
            (UserDraft(username: try Username("jane@example.com")), nil)
        }
        user.isEnabled = false
        try await test.overwrite(user)
        try await Self.keep(Self.app, failures: 100, of: user, in: test)
        let outlook = try await test.users.signInOutlook(
            of: .id(user.id),
            by: test.asAdministrator
        )
        #expect(outlook.bars == [.refused(.disabled), .noPassword, .noFactor])
    }

    @Test("an app whose secret the master key does not open is told of")
    func sealed() async throws {
        let test = try await TestDirectory(store: MemoryStore())
        let user = try await test.makeUser("jane@example.com")
        let app = Factor.Proof.timeCode(TimeCodeSecret(key: nil))
        try await Self.keep(app, failures: 0, of: user, in: test)
        let outlook = try await test.users.signInOutlook(
            of: .id(user.id),
            by: test.asAdministrator
        )
        #expect(outlook.bars == [.noFactor])
        #expect(outlook.faults == [Self.fault(.timeCode, .sealed, "Mine")])
    }

    /// Somebody who administers, or looks at users, by its masks.
    private func caller(
        _ name: String,
        _ masks: Masks,
        in test: TestDirectory
    ) async throws -> Principal {
        var user = try await test.makeUser(name)
        user.masks = masks
        try await test.overwrite(user)
        return try await test.asUser(try await test.current(user), by: .masks)
    }

    @Test(
        "second factors are told of to administrators who hold as much, the rest to whoever may look"
    )
    func rights() async throws {
        let test = try await TestDirectory()
        var jane = try await test.makeUser("jane@example.com")
        jane.isEnabled = false
        try await test.overwrite(jane)
        let users = Resource.users.bit
        let reader = try await caller("reader@example.com", Masks(read: users), in: test)
        let clerk = try await caller("clerk@example.com", Masks(write: users), in: test)
        for user in [jane, test.administrator] {
            try await Self.keep(Self.app, failures: 100, of: user, in: test)
            for caller in [reader, clerk] {
                let outlook = try await test.users.signInOutlook(of: .id(user.id), by: caller)
                let isShown = user.id == jane.id && caller.user.id == clerk.user.id
                #expect(outlook.showsFactors == isShown && outlook.faults.isEmpty != isShown)
                let isRefused = outlook.bars.contains(.refused(.disabled))
                #expect(isRefused == (user.id == jane.id))
            }
        }
        let nobody = try await caller("nobody@example.com", Masks(), in: test)
        let refusal = await failure {
            try await test.users.signInOutlook(of: .id(jane.id), by: nobody)
        }
        #expect(refusal?.code == .insufficientScope)
    }
}
