import HTTPTypes
import Hummingbird
import Logging
import MusterAPI
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

/// Keeps what a server tells of the requests that it has answered.
private final class ServedRequests: AccessLog {
    private let kept = Mutex<[ServedRequest]>([])

    var last: ServedRequest? { kept.withLock { $0.last } }

    func note(_ request: ServedRequest) { kept.withLock { $0.append(request) } }
}

@Suite("Refusals that the console tells on its pages", .everyStore)
struct ConsoleRefusalTests {
    private let test: TestDirectory
    private let browser: Browser
    private let served = ServedRequests()
    private let lines = Lines()

    init() async throws {
        test = try await TestDirectory(rules: .withPasskeys)
        browser = Browser(test, accessLog: served, logger: lines.logger)
    }

    /// A user whose sign-ins ask for a code that is sent by e-mail.
    private func makeUserWithCodes() async throws -> User {
        var user = try await test.makeUser("jane@example.com")
        user.secondFactor = SecondFactor(isEmailEnabled: true)
        try await test.overwrite(user)
        return user
    }

    /// Expects that the last request was a refusal to those who count and ban, and that its answer keeps that to itself.
    private func expectRefusal(
        _ answer: Response,
        _ code: MusterError.Code,
        at route: String,
        isOfSignIn: Bool = true
    ) {
        #expect(served.last?.refusal == code, "\(route)")
        #expect(served.last?.route == route)
        #expect(answer.headers[.xMusterRefusal] == nil)
        let line = lines.all.last
        guard isOfSignIn else {
            #expect(line?.metadata["http.route"] != .string(route))
            return
        }
        #expect(line?.message == "sign-in refused")
        #expect(line?.metadata["client"] == "192.0.2.1")
        #expect(line?.metadata["http.route"] == .string(route))
        #expect(line?.metadata["reason"] == .string(code.rawValue))
    }

    private func signIn(_ password: String = "Correct-Horse-7") async throws -> Response {
        try await browser.signIn("jane@example.com", password: password)
    }

    private func answer(_ code: String) async throws -> Response {
        try await browser.post("/sign-in/factor", ["code": code], token: "")
    }

    @Test("a wrong password is a refused sign-in for whoever counts and bans")
    func password() async throws {
        let answer = try await browser.signIn(TestDirectory.administratorName, password: "no")
        #expect(answer.status == .unprocessableContent)
        expectRefusal(answer, .credentialsInvalid, at: "/sign-in")
        #expect(try await browser.signIn(TestDirectory.administratorName).status == .seeOther)
        #expect(served.last?.refusal == nil && lines.all.count == 1)
    }

    @Test("a wrong code is one, too, and a login that is over is told to whoever counts")
    func code() async throws {
        _ = try await makeUserWithCodes()
        let begun = try await signIn()
        #expect(begun.headers[.location] == "/sign-in/factor")
        expectRefusal(begun, .codeRequired, at: "/sign-in", isOfSignIn: false)
        for _ in 1...5 {
            let wrong = try await answer("000000")
            #expect(wrong.status == .unprocessableContent)
            expectRefusal(wrong, .credentialsInvalid, at: "/sign-in/factor")
        }
        let over = try await answer("000000")
        #expect(over.headers[.location] == "/sign-in?done=expired")
        #expect(served.last?.refusal == .loginExpired && lines.all.count == 5)
        #expect(over.headers[.xMusterRefusal] == nil)
    }

    @Test("a passkey that nobody has is one, too")
    func passkey() async throws {
        let asked = try await browser.call("/sign-in/passkey/options", token: "").text()
        func word(_ name: String) throws -> String {
            let range = try #require(asked.firstRange(of: "\"\(name)\":\""))
            return String(asked[range.upperBound...].prefix { $0 != "\"" })
        }
        let challenge = try #require(Base64URL.bytes(try word("challenge")))
        let key = TestAuthenticator(9)
        let client = FactorWords.clientData(key.clientData("webauthn.get", challenge))
        let data = Base64URL.text(key.head(key.flags))
        let body =
            #"{"credential":{"id":"CQkJCQ","type":"public-key","response":{"#
            + #""clientDataJSON":"\#(Base64URL.text(client))","authenticatorData":"\#(data)","#
            + #""signature":"AAAA"}}}"#
        let login = try word("login")
        let answer = try await browser.call("/sign-in/passkey", body, login: login, token: "")
        #expect(answer.status == .unauthorized)
        expectRefusal(answer, .credentialsInvalid, at: "/sign-in/passkey")
    }

    @Test(
        "whatever a form was refused for is told to whoever counts, and is no refused sign-in",
        arguments: [
            ("/account", ["name": "a\u{7}b"], .inputInvalid),
            (
                "/account/password",
                ["current_password": "no", "password": "Better-Horse-8"],
                .currentPasswordInvalid
            ),
            ("/account/keys/ssh", ["key": "none"], .sshKeyInvalid),
            ("/account/security/recovery", [:], .factorNotFound),
            ("/admin/users/new", ["username": "-"], .usernameInvalid),
            ("/admin/users/9999/unlock", [:], .userNotFound),
            ("/admin/groups", ["name": ""], .inputInvalid),
            ("/admin/users/bulk", ["action": "none"], .inputInvalid),
            ("/admin/import", ["list": ""], .inputInvalid),
            ("/admin/sessions/end", ["session": "none"], .sessionNotFound),
        ] as [(String, [String: String], MusterError.Code)]
    )
    func forms(_ path: String, _ form: [String: String], _ code: MusterError.Code) async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        let answer = try await browser.post(path, form)
        #expect(answer.status.code >= 400)
        #expect(served.last?.refusal == code)
        #expect(answer.headers[.xMusterRefusal] == nil)
        #expect(lines.all.isEmpty)
    }

    @Test("a form that asks who it is says so to whoever counts")
    func proof() async throws {
        _ = try await browser.signIn(TestDirectory.administratorName)
        test.clock.advance(by: .seconds(301))
        let form = ["hashes": "on"]
        let answer = try await browser.post("/admin/export/users", form)
        #expect(answer.status == .unprocessableContent)
        #expect(served.last?.refusal == .confirmationRequired)
        let wrong = form.merging(["password": "no"]) { $1 }
        _ = try await browser.post("/admin/export/users", wrong)
        #expect(served.last?.refusal == .currentPasswordInvalid)
    }

    @Test("after six wrong passwords the right one signs nobody in")
    func guesses() async throws {
        _ = try await test.makeUser("jane@example.com")
        for _ in 1...6 { #expect(try await signIn("no").status == .unprocessableContent) }
        #expect(try await signIn().status == .unprocessableContent)
        #expect(try await browser.get("/account").status == .seeOther)
    }

    @Test("wrong codes count as wrong passwords do")
    func guessedCodes() async throws {
        let jane = try await makeUserWithCodes()
        for number in 1...6 {
            // Five wrong codes end a login.
            if number == 1 || number == 6 {
                test.clock.advance(by: .seconds(31))
                #expect(try await signIn().status == .seeOther)
            }
            #expect(try await answer("000000").status == .unprocessableContent)
        }
        #expect(try await test.current(jane).logins.failureCount == 6)
        #expect(try await signIn().status == .unprocessableContent)
    }

    @Test("whoever has had too many codes sent is told when to come back")
    func codes() async throws {
        _ = try await makeUserWithCodes()
        var answer = try await signIn()
        for _ in 1...CodeBudget.recipientHourly where answer.status == .seeOther {
            test.clock.advance(by: .seconds(31))
            answer = try await signIn()
        }
        #expect(answer.status == .tooManyRequests)
        let seconds = try #require(answer.headers[.retryAfter].flatMap { Int($0) })
        #expect((1...3600).contains(seconds))
        #expect(served.last?.refusal == .rateLimited)
        #expect(try await answer.text().contains("Not just now"))
    }
}
