import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("With which program a session began", .everyStore)
struct SessionProgramTests {
    private static let name = "jane@example.com"

    /// A way in by which a session begins.
    enum Way: String, CaseIterable, Sendable {
        case tenable = "/session"
        case native = "/muster/v1/sessions"
        case activeLogic = "/activelogic/v1/sessions"
        case console = "/sign-in"
    }

    private func server(_ test: TestDirectory) -> TestServer {
        TestServer(test, dialects: Dialect.all + [.console])
    }

    private func fields(_ program: String?, isForm: Bool = false) -> HTTPFields {
        var fields: HTTPFields = [
            .contentType: isForm ? "application/x-www-form-urlencoded" : "application/json",
            .secFetchSite: "same-origin",
        ]
        fields[.userAgent] = program
        return fields
    }

    private func logIn(
        _ way: Way,
        _ program: String?,
        _ test: TestDirectory
    ) async throws -> Response {
        let isForm = way == .console
        let body =
            isForm
            ? "username=\(Self.name)&password=Correct-Horse-7"
            : #"{"username":"\#(Self.name)","password":"Correct-Horse-7"}"#
        return try await server(test).send(
            .post,
            way.rawValue,
            body: body,
            fields: fields(program, isForm: isForm)
        )
    }

    private func programs(_ test: TestDirectory) async throws -> [String?] {
        try await test.sessions.list(by: test.asAdministrator) { (user: nil, limit: 10) }
            .sessions.map(\.session.program?.text)
    }

    @Test("it is kept as it was said, by each way in, and shown", arguments: Way.allCases)
    func kept(_ way: Way) async throws {
        let test = try await TestDirectory()
        _ = try await test.makeUser(Self.name)
        let answer = try await logIn(way, "Some-Browser/12.0 (X11; Linux)", test)
        #expect(answer.status.code < 400)
        #expect(try await programs(test) == ["Some-Browser/12.0 (X11; Linux)"])
        let list = try await server(test).send(
            .get,
            "/muster/v1/sessions",
            as: test.administratorKeys
        ).text()
        #expect(list.contains(#""program":"Some-Browser/12.0 (X11; Linux)""#))
    }

    @Test("whoever says nothing has none")
    func silent() async throws {
        let test = try await TestDirectory()
        _ = try await test.makeUser(Self.name)
        for program in [nil, "", "   "] { _ = try await logIn(.native, program, test) }
        #expect(try await programs(test) == [nil, nil, nil])
        let list = try await server(test).send(
            .get,
            "/muster/v1/sessions",
            as: test.administratorKeys
        ).text()
        #expect(list.contains(#""program":null"#))
    }

    /// A directory with a user whose sign-ins ask for a code by e-mail.
    private func directoryWithCodes() async throws -> TestDirectory {
        let test = try await TestDirectory()
        var user = try await test.makeUser(Self.name)
        user.secondFactor = SecondFactor(isEmailEnabled: true)
        try await test.overwrite(user)
        return test
    }

    @Test("a login that a factor finishes has the program that finishes it")
    func finished() async throws {
        let test = try await directoryWithCodes()
        let handle = try #require(
            await failure { try await test.logIn(Self.name) }?.challenge?.handle
        ).withExposedValue { $0 }
        let code = try #require(test.codes.lastCode).withExposedValue { $0 }
        let answer = try await server(test).send(
            .post,
            "/muster/v1/logins/\(handle)",
            body: #"{"code":"\#(code)"}"#,
            fields: fields("second/2")
        )
        #expect(answer.status == .ok)
        #expect(try await programs(test) == ["second/2"])
    }

    @Test("a session that goes on under another token keeps it")
    func renewed() async throws {
        let test = try await TestDirectory()
        _ = try await test.makeUser(Self.name)
        let browser = Browser(test)
        browser.program = "Browser/4"
        _ = try await browser.signIn(Self.name)
        browser.program = nil
        let form = ["current_password": "Correct-Horse-7", "password": "Better-Horse-8"]
        #expect(try await browser.post("/account/password", form).status == .seeOther)
        #expect(try await programs(test) == ["Browser/4"])
    }

    @Test("a second step in the console has it, too")
    func finishedInConsole() async throws {
        let test = try await directoryWithCodes()
        let browser = Browser(test)
        browser.program = "Browser/3"
        _ = try await browser.signIn(Self.name)
        let code = try #require(test.codes.lastCode).withExposedValue { $0 }
        let done = try await browser.post("/sign-in/factor", ["code": code], token: "")
        #expect(done.status == .seeOther)
        #expect(try await programs(test) == ["Browser/3"])
    }
}
