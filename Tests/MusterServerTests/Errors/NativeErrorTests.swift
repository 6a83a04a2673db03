import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import Testing
import WireJSON

@testable import MusterServer

@Suite("Errors of the directory in the native API")
struct NativeErrorTests {
    /// The status of every code that is not as in the Tenable dialect.
    static let statuses: [MusterError.Code: Int] = [
        .revisionChanged: 412, .loginFailed: 401, .inputType: 400, .sshKeyInvalid: 400,
        .sshKeyTooMany: 409, .sshKeyNotFound: 404, .loginExpired: 401, .confirmationRequired: 401,
        .factorNotFound: 404, .factorTooMany: 409, .factorExists: 409, .factorLast: 409,
        .factorRefused: 400, .passkeysUnavailable: 404,
    ]

    @Test(
        "a code that is declared has its status, and stands in the body",
        arguments: DeclaredCodes.all
    )
    func status(_ code: MusterError.Code) async throws {
        let expected = Self.statuses[code] ?? TenableErrorTests.statuses[code]
        let status = try #require(expected, "\(code.rawValue) has no line in this test")
        let response = NativeErrors.response(to: MusterError(code, "m"))
        #expect(Int(response.status.code) == status)
        let text = try await response.text()
        #expect(text.hasPrefix(#"{"error":{"code":"\#(code.rawValue)","message":""#), "\(text)")
        #expect(response.headers[.contentType] == "application/json; charset=utf-8")
    }

    @Test(
        "the body has the code, the directory's own sentence, and the field if one is at fault",
        arguments: [
            (MusterError.noSuchUser, "The user does not exist.", nil),
            (.invalid("email", "\"email\" is none"), "\\\"email\\\" is none", "email"),
            (.duplicateUsername, "Duplicate username", "username"),
            (.sessionIsOver(.loggedOut), "The session is over. Log in again.", nil),
            (
                MusterError(.inputMalformed, "No JSON", details: ["hint": "at byte 3"]),
                "No JSON: at byte 3", nil
            ),
            (MusterError(.serverInternal, "trap"), RootResponder.internalMessage, nil),
        ] as [(MusterError, String, String?)]
    )
    func body(_ error: MusterError, _ message: String, _ field: String?) async throws {
        let rule =
            error.code == .userAlreadyExists ? ",\"rule\":\"is somebody's already\"" : ""
        let member = (field.map { ",\"field\":\"\($0)\"" } ?? "") + rule
        let expected =
            "{\"error\":{\"code\":\"\(error.code.rawValue)\",\"message\":\"\(message)\"\(member)}}"
        #expect(try await NativeErrors.response(to: error).text() == expected)
    }

    @Test("the time to wait, the hint and the methods allowed are fields of the header")
    func headers() {
        let overloaded = NativeErrors.response(to: .overloaded("m", retryAfter: 7))
        #expect(overloaded.headers[.retryAfter] == "7")
        let method = MusterError(.methodNotAllowed, "m", details: ["allow": "GET, PUT"])
        #expect(NativeErrors.response(to: method).headers[.allow] == "GET, PUT")
        let malformed = MusterError(.inputMalformed, "m", details: ["hint": "at byte 3"])
        #expect(NativeErrors.response(to: malformed).headers[.xErrorHint] == "at byte 3")
    }

    @Test("what lies below an error, or is meant for logs, is not sent")
    func causes() async throws {
        let error = MusterError(
            .storeUnavailable,
            "m",
            details: ["required_role": "planted"],
            cause: MusterError(.serverInternal, "planted")
        )
        let text = try await NativeErrors.response(to: error).text()
        #expect(!text.contains("planted"))
    }
}
