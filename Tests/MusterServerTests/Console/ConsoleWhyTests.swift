import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Why can this person not sign in, and would this address come in?", .everyStore)
struct ConsoleWhyTests {
    /// What is the matter with a user.
    enum Matter: CaseIterable, Sendable {
        case nothing, disabled, expired, methodClosed, noPassword, locked, hosts, mustEnrol
        case factorOff, noDelivery, factorOffAndCodes

        /// What the page says of it, with what to do.
        var told: [String] {
            switch self {
            case .nothing: []
            case .disabled: ["The account is disabled. Enable it under Account."]
            case .expired: ["The account has expired. Set a later moment, or none"]
            case .methodClosed: ["not among the permitted ways in. Permit it under Ways in."]
            case .noPassword: ["There is no password. Set one"]
            case .locked: ["Too many sign-ins have failed", "Forget failed sign-ins here."]
            case .hosts: ["from these places only: <span class=\"mono\">10.0.0.0/8, 192.0.2.7<"]
            case .mustEnrol: ["A second factor has to be set up at the next sign-in"]
            case .factorOff:
                [
                    "none that this person has would be taken", "app <bdi>Old &amp; new</bdi> was",
                    "100 times in a row", "Remove all second factors",
                ]
            case .noDelivery:
                [
                    "none that this person has would be taken",
                    "A code by e-mail cannot be sent", "codes.email.delivery",
                    "Remove all second factors",
                ]
            case .factorOffAndCodes: ["app <bdi>Old &amp; new</bdi> was", "100 times in a row"]
            }
        }

        /// Whether it keeps the user out.
        var isBar: Bool {
            switch self {
            case .nothing, .hosts, .mustEnrol, .factorOffAndCodes: false
            default: true
            }
        }
    }

    private let test: TestDirectory
    private let browser: Browser

    init() async throws {
        let delivery = DeliveryRules(isEmailOn: false)
        test = try await TestDirectory(rules: DirectoryRules(delivery: delivery))
        browser = Browser(test)
    }

    private func makeUser(_ matter: Matter) async throws -> User {
        let password = matter == .noPassword ? nil : TestDirectory.administratorPassword
        var user = try await test.users.create(by: test.asAdministrator) { () throws(MusterError) in
            (UserDraft(username: try Username("jane@example.com")), password)
        }
        switch matter {
        case .nothing, .noPassword: return user
        case .disabled: user.isEnabled = false
        case .expired: user.expiresAt = test.clock.now().advanced(by: .seconds(-1))
        case .methodClosed: user.authorizations.password = false
        case .hosts: user.hosts = try AllowedNetworks(["10.0.0.0/8", "192.0.2.7"])
        case .mustEnrol: user.authorizations.requiresSecondFactorEnrolment = true
        case .noDelivery: user.secondFactor.isEmailEnabled = true
        case .locked:
            for _ in 1...6 {
                _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
            }
            return user
        case .factorOff, .factorOffAndCodes:
            try await keepAppThatIsOff(of: user.id, withCodes: matter == .factorOffAndCodes)
            return user
        }
        try await test.overwrite(user)
        return user
    }

    private func keepAppThatIsOff(of user: UserID, withCodes: Bool) async throws {
        let (now, digest) = (test.clock.now(), test.directory.digester.digest([1]))
        let secret = TimeCodeSecret(key: Secret([UInt8](repeating: 1, count: 20)))
        try await test.directory.store.write { transaction throws(MusterError) in
            var app = try transaction.insertFactor(
                .timeCode(secret),
                of: user,
                label: "Old & new",
                at: now
            )
            app.failureCount = FactorRules.maximumFailures
            try transaction.updateFactor(app)
            if withCodes { try transaction.replaceRecoveryCodes(of: user, with: [digest]) }
        }
    }

    @Test("what keeps somebody out is told, and what to do", arguments: Matter.allCases)
    func why(_ matter: Matter) async throws {
        let user = try await makeUser(matter)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let path = "/admin/users/\(user.id.rawValue)"
        #expect(try await !browser.page(path).contains("id=\"why\""))
        let page = try await browser.page(path + "?why=yes")
        for text in matter.told { #expect(page.contains(text), "\(text)") }
        let nothing = "Nothing in the directory keeps this person from signing in"
        #expect(page.contains(nothing) == !matter.isBar)
        let others = Matter.allCases.filter { $0 != matter }.flatMap(\.told)
        let start = try #require(page.firstRange(of: "<section id=\"why\"")).lowerBound
        let rest = page[start...]
        let end = try #require(rest.firstRange(of: "</section>")).lowerBound
        let box = rest[..<end]
        for text in others where !matter.told.contains(text) {
            #expect(!box.contains(text), "\(text)")
        }
    }

    @Test(
        "an address is answered by the hosts",
        arguments: [
            ("10.1.2.3", "Yes: the hosts allow 10.1.2.3."),
            ("192.0.2.1", "No: the hosts do not allow 192.0.2.1."),
            ("x", "That is no IPv4 or IPv6 address: "),
            ("", "That is no IPv4 or IPv6 address: "),
        ]
    )
    func address(_ address: String, _ answer: String) async throws {
        let user = try await makeUser(.hosts)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let path = "/admin/users/\(user.id.rawValue)"
        let page = try await browser.page("\(path)?address=\(address)")
        #expect(page.contains(answer))
        #expect(try await !browser.page(path).contains("the hosts"))
    }
}
