import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("A passkey, where the console asks who it is", .everyStore)
struct ConsolePasskeyProofTests {
    private let test: TestDirectory
    private let browser: Browser
    private let jane: User
    private let passkey: FactorID

    init() async throws {
        test = try await TestDirectory(rules: .withPasskeys)
        browser = Browser(test)
        jane = try await test.makeUser("jane@example.com")
        _ = try await browser.signIn(TestDirectory.administratorName)
        let owner = try await test.asUser(test.administrator)
        let options = try await test.factors.passkeyOptions(by: owner) { () throws(MusterError) in
            nil
        }
        passkey = try await test.factors.addPasskey(by: owner) { () throws(MusterError) in
            (nil, TestAuthenticator(3).attestation(options.challenge))
        }.factor.id
    }

    private func rest() { test.clock.advance(by: .seconds(301)) }

    private func offers(_ text: String) -> Bool { text.contains("data-passkey=\"confirm\"") }

    private func asks(_ text: String) -> Bool {
        text.contains("autocomplete=\"current-password\" required")
    }

    /// What stands behind a name in JSON.
    private func word(_ name: String, in text: String) throws -> String {
        let range = try #require(text.firstRange(of: "\"\(name)\":\""))
        return String(text[range.upperBound...].prefix { $0 != "\"" })
    }

    /// Has the script ask what is to be signed: under which handle, and the challenge.
    private func begin(_ browser: Browser) async throws -> (login: String, challenge: [UInt8]) {
        let answer = try await browser.call("/account/confirm/options")
        #expect(answer.status == .ok)
        let text = try await answer.text()
        #expect(text.contains(Base64URL.text([UInt8](repeating: 3, count: 16))))
        #expect(try word("userVerification", in: text) == "preferred")
        let challenge = try #require(Base64URL.bytes(try word("challenge", in: text)))
        return (try word("login", in: text), challenge)
    }

    /// What the browser sends once a key has signed a challenge.
    private func signed(_ challenge: [UInt8], by number: UInt8 = 3) -> String {
        FactorWords.assertion(challenge, by: number, as: 3)
    }

    private func confirm(_ login: String?, _ body: String) async throws -> Response {
        try await browser.call("/account/confirm/passkey", body, login: login)
    }

    private func prove() async throws {
        let (login, challenge) = try await begin(browser)
        let answer = try await confirm(login, signed(challenge))
        #expect(answer.status == .ok)
        #expect(try await answer.text() == "{}")
    }

    @Test("it does for the password, once in five minutes, and the form goes on after it")
    func administration() async throws {
        let path = "/admin/users/\(jane.id.rawValue)"
        for _ in 1...2 {
            rest()
            let asked = try await browser.post(path + "/factors/reset", [:])
            let text = try await asked.text()
            #expect(asked.status == .unprocessableContent && asks(text) && offers(text))
            #expect(!text.contains("If you have no password, sign out and in again"))
            try await prove()
            #expect(try await browser.post(path + "/factors/reset", [:]).status == .seeOther)
            test.clock.advance(by: .seconds(298))
            #expect(try await browser.post(path + "/factors/reset", [:]).status == .seeOther)
        }
        rest()
        let wrong = ["typed": "jane@example.com", "current_password": "Wrong-Horse-7"]
        let refused = try await browser.post(path + "/delete", wrong).text()
        #expect(refused.contains("Current password is invalid.") && offers(refused))
        try await prove()
        let form = ["typed": "jane@example.com"]
        #expect(try await browser.post(path + "/delete", form).status == .seeOther)
        await #expect(throws: MusterError.self) { try await test.current(jane) }
    }

    @Test(
        "it does for the password of one's own pages, too",
        arguments: [
            ("/account/keys/ssh", ["key": KeyText.ed25519, "confirmed": "yes"]),
            ("/account/keys/api", [:]),
            ("/account/security/app", ["label": "Phone"]),
            ("/account/security/recovery", [:]),
            ("/account/security/factors/ID", [:]),
            ("/admin/export/users", ["hashes": "on"]),
        ] as [(String, [String: String])]
    )
    func ownPages(_ path: String, _ form: [String: String]) async throws {
        let path = path.replacing("ID", with: "\(passkey.rawValue)")
        rest()
        let asked = try await browser.post(path, form)
        let text = try await asked.text()
        #expect(asked.status == .unprocessableContent && asks(text) && offers(text))
        try await prove()
        let done = try await browser.post(path, form)
        #expect(done.status == .ok || done.status == .seeOther)
        #expect(!asks(try await done.text()))
    }

    @Test("another passkey is made behind one")
    func another() async throws {
        rest()
        let page = try await browser.page("/account/security")
        #expect(page.contains("<div data-proof hidden>") && offers(page))
        let options = "/account/security/passkeys/options"
        let asked = try await browser.call(options)
        #expect(asked.status == .unauthorized)
        #expect(try await word("code", in: asked.text()) == "factor.confirmation_required")
        try await prove()
        #expect(try await browser.call(options).status == .ok)
    }

    @Test("whoever has none is not offered one, and told what to do instead")
    func none() async throws {
        let other = Browser(test)
        _ = try await other.signIn("jane@example.com")
        rest()
        let text = try await other.post(
            "/account/keys/ssh",
            ["key": KeyText.ed25519, "confirmed": "yes"]
        )
        .text()
        #expect(asks(text) && !offers(text))
        #expect(try await !offers(other.page("/account/security")))
        let answer = try await other.call("/account/confirm/options")
        #expect(answer.status == .notFound)
        let reason = try await word("message", in: answer.text())
        #expect(reason == "This account has no passkey. Give your password instead.")
    }

    @Test("where the password itself is what is asked for, nothing stands in for it")
    func passwordItself() async throws {
        rest()
        let path = "/admin/users/\(test.administrator.id.rawValue)/password"
        let form = ["password": "Correct-Horse-8"]
        #expect(try await offers(browser.post(path, form).text()))
        try await prove()
        let text = try await browser.post(path, form).text()
        #expect(asks(text) && !offers(text))
        #expect(!text.contains("If you have no password, sign out and in again"))
        let right = form.merging(["current_password": "Correct-Horse-7"]) { $1 }
        #expect(try await browser.post(path, right).status == .seeOther)
    }

    @Test("it counts in the session alone that has asked, once, and only with the right key")
    func bounds() async throws {
        let path = "/admin/users/\(jane.id.rawValue)/factors/reset"
        let other = Browser(test)
        _ = try await other.signIn(TestDirectory.administratorName)
        let waiting = try #require(other[cookie: "muster_login"]).prefix(64)
        let (early, signs) = try await begin(browser)
        rest()
        // What was begun too long ago, what is a login and no proof, and what nobody has begun.
        for login in [early, String(waiting), String(repeating: "0", count: 64), nil] {
            let answer = try await confirm(login, signed(signs))
            #expect(answer.status == .unauthorized, "\(login ?? "none")")
        }
        let fresh = try await SessionService(test.directory, opening: .console).logIn(
            LoginRequest(
                username: "jane@example.com",
                password: TestDirectory.administratorPassword
            ),
            from: TestDirectory.origin()
        )
        let stranger = Browser(test)
        stranger[cookie: "muster_console"] = fresh.token.withExposedValue { $0 }
        let (login, challenge) = try await begin(browser)
        let foreign = try await stranger.call(
            "/account/confirm/passkey",
            signed(challenge),
            login: login
        )
        #expect(foreign.status == .unauthorized)
        let unsent = try await browser.call(
            "/account/confirm/passkey",
            signed(challenge),
            login: login,
            token: ""
        )
        #expect(unsent.status == .forbidden)
        #expect(try await confirm(login, signed(challenge, by: 5)).status == .unauthorized)
        #expect(try await asks(browser.post(path, [:]).text()))
        #expect(try await confirm(login, signed(challenge)).status == .ok)
        #expect(try await confirm(login, signed(challenge)).status == .unauthorized)
        #expect(try await browser.post(path, [:]).status == .seeOther)
    }

    @Test("in another's name there is none")
    func impersonation() async throws {
        let root = try await test.makeUser("root@example.com", role: .administrator)
        _ = try await browser.post("/admin/users/\(root.id.rawValue)/act", [:])
        #expect(try await browser.call("/account/confirm/options").status == .forbidden)
    }
}

/// A public key as a person pastes it.
private enum KeyText {
    // RFC 8032 section 7.1, test 1.
    static let ed25519 =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea desk"
}
