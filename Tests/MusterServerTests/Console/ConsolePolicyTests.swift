import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("What the console says of a new password", .everyStore)
struct ConsolePolicyTests {
    private static let user = "jane@example.com"

    private func browser(_ kind: PasswordPolicy.Kind) async throws -> Browser {
        let passwords = PasswordPolicy(kind)
        let test = try await TestDirectory(rules: DirectoryRules(passwords: passwords))
        _ = try await test.makeUser(Self.user, password: Secret("Correct-Horse-Battery-7"))
        return Browser(test)
    }

    @Test(
        "the page of one's own password says the policy in words, and what the script ticks off",
        arguments: [
            (.basic, "At least 8 characters.", 8, 0), (.tenable, "At least 12 characters", 12, 4),
            (.strict, "At least 15 characters", 15, 0), (.nist, "At least 15 characters", 15, 0),
        ] as [(PasswordPolicy.Kind, String, Int, Int)]
    )
    func words(
        _ kind: PasswordPolicy.Kind,
        _ words: String,
        _ least: Int,
        _ classes: Int
    )
        async throws
    {
        let browser = try await browser(kind)
        _ = try await browser.signIn(Self.user, password: "Correct-Horse-Battery-7")
        let page = try await browser.page("/account/password")
        #expect(page.contains(words))
        #expect(
            page.contains("<li data-rule=\"length\" data-least=\"\(least)\">\(least) characters")
        )
        #expect(page.ranges(of: "<li data-rule=").count == 1 + classes)
    }

    @Test("by nist whoever must have a second factor is told of eight characters")
    func besideFactor() async throws {
        let browser = try await browser(.nist)
        let test = browser.test
        var user = try await test.users.details(
            .user(.username(Self.user)),
            by: test.asAdministrator
        )
        user.authorizations.requiresSecondFactorEnrolment = true
        user.secondFactor = SecondFactor(isEmailEnabled: true)
        try await test.overwrite(user)
        _ = try await browser.signIn(Self.user, password: "Correct-Horse-Battery-7")
        let code = try #require(test.codes.lastCode)
        let form = ["code": code.withExposedValue { $0 }]
        _ = try await browser.post("/sign-in/factor", form, token: "")
        let page = try await browser.page("/account/password")
        #expect(page.contains("At least 8 characters beside your second factor"))
        #expect(page.contains("data-least=\"8\">8 characters"))
    }

    @Test("by nist the form of a new user says both, and which holds follows its box")
    func newUser() async throws {
        let browser = try await browser(.nist)
        _ = try await browser.signIn(TestDirectory.administratorName)
        let page = try await browser.page("/admin/users/new")
        #expect(page.contains("At least 15 characters, or 8 where a second factor is required"))
        #expect(page.contains("data-least=\"15\" data-least-beside=\"8\""))
        #expect(page.contains("name=\"two_factor_required\""))
        let form = [
            "username": "ann@example.com", "permissions": "16", "timeout": "0",
            "password": "Walnut-8",
        ]
        let refused = try await browser.post("/admin/users/new", form)
        #expect(refused.status == .unprocessableContent)
        let ticked = form.merging(["two_factor_required": "on"]) { $1 }
        #expect(try await browser.post("/admin/users/new", ticked).status == .seeOther)
    }
}
