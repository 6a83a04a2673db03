import HTTPTypes
import Hummingbird
import MusterCore
import Testing

@testable import MusterServer

@Suite("Errors of the directory in the Tenable dialect")
struct TenableErrorTests {
    /// The status of every code; a new code needs a new line, and a thought.
    static let statuses: [MusterError.Code: Int] = [
        .credentialsMissing: 401, .credentialsInvalid: 401, .sessionExpired: 401,
        .codeRequired: 401, .confirmationRequired: 401, .codeUndeliverable: 403,
        .passwordChangeRequired: 403, .insufficientScope: 403, .impersonationRefused: 403,
        .escalation: 403, .userNotFound: 404, .groupNotFound: 404, .requestNotFound: 404,
        .sessionNotFound: 404,
        .userUnapprovedDomain: 400, .usernameInvalid: 400, .passwordPolicy: 400,
        .currentPasswordInvalid: 400, .groupNotEmpty: 400, .groupImmutable: 400, .roleNotFound: 400,
        .inputInvalid: 400, .inputMalformed: 400, .inputBodyDropped: 400, .codeInvalid: 400,
        .userAlreadyExists: 409, .groupAlreadyExists: 409, .lastAdministrator: 409,
        .ownAccount: 409, .successorRefused: 409, .userUndeletable: 409, .methodNotAllowed: 405,
        .bodyTooLarge: 413, .headerTooLarge: 431, .unsupportedMediaType: 415, .rateLimited: 429,
        .overloaded: 503, .storeUnavailable: 503, .serverInternal: 500,
        // Never answered over HTTP: they end a command.
        .storeTooNew: 500, .directoryInitialised: 500, .directoryMissing: 500, .settingInvalid: 500,
        // A line of an import's answer, which has begun with 200.
        .importStopped: 500,
        // The other dialect's own.
        .loginFailed: 500, .sshKeyInvalid: 500, .sshKeyTooMany: 500, .sshKeyNotFound: 500,
        .inputType: 500,
        .enrolmentRequired: 403,
        // The native API's own.
        .loginExpired: 500, .factorNotFound: 500, .factorTooMany: 500,
        .factorExists: 500, .factorRefused: 500, .passkeysUnavailable: 500,
        .factorLast: 409,
    ]

    @Test("a code that is declared has its status", arguments: DeclaredCodes.all)
    func status(_ code: MusterError.Code) throws {
        // A change on an outdated revision can be asked for on any path, by If-Match.
        let expected = code == .revisionChanged ? 412 : Self.statuses[code]
        let status = try #require(expected, "\(code.rawValue) has no line in this test")
        #expect(Int(TenableErrors.response(to: MusterError(code, "m")).status.code) == status)
    }

    @Test("the codes were found in the source")
    func found() {
        #expect(DeclaredCodes.all.count > 40)
        #expect(Set(DeclaredCodes.all).count == DeclaredCodes.all.count, "two codes are one text")
        #expect(Set(Self.statuses.keys).isSubset(of: Set(DeclaredCodes.all)))
    }

    @Test("a code that is declared stands in docs/errors.md", arguments: DeclaredCodes.all)
    func documented(_ code: MusterError.Code) {
        let rows = DeclaredCodes.documentedRows.filter { $0.contains("`\(code.rawValue)`") }
        #expect(!rows.isEmpty, "docs/errors.md has no row with `\(code.rawValue)`")
    }

    @Test("a code is a noun and a reason", arguments: DeclaredCodes.all)
    func form(_ code: MusterError.Code) {
        #expect(code.rawValue.wholeMatch(of: /[a-z_]+\.[a-z_]+/) != nil)
    }

    @Test(
        "an error has the body of the case it belongs to",
        arguments: [
            (MusterError(.credentialsMissing, "Missing authentication"), "Unauthorized", nil),
            (MusterError.invalidCredentials, "Unauthorized", nil),
            (MusterError(.insufficientScope, "Insufficient scope"), "Forbidden", nil),
            (MusterError(.userAlreadyExists, "Duplicate username"), "Conflict", nil),
            (MusterError(.bodyTooLarge, "m"), "Request Entity Too Large", nil),
            (
                MusterError(.rateLimited, "Too many."), "Too Many Requests",
                "Too many. Wait as long as Retry-After says."
            ),
            (MusterError.noSuchUser, "Not Found", "Not Found"),
            (MusterError(.groupNotFound, "secret"), "Not Found", "Not Found"),
            (
                MusterError(.storeUnavailable, "disk"), "Service Unavailable",
                "Please wait a moment and try your request again."
            ),
            (
                MusterError(.serverInternal, "trap"), "Internal Server Error",
                "An internal server error occurred. Please wait a moment and try your request again."
            ),
        ] as [(MusterError, String, String?)]
    )
    func gateway(_ error: MusterError, _ reason: String, _ message: String?) async throws {
        let response = TenableErrors.response(to: error)
        let expected =
            "{\"statusCode\":\(response.status.code),\"error\":\"\(reason)\","
            + "\"message\":\"\(message ?? error.message)\"}"
        #expect(try await response.text() == expected)
        #expect(response.headers[.contentType] == "application/json; charset=utf-8")
    }

    @Test(
        "the back-end's own refusals are one sentence",
        arguments: [
            MusterError.Code.userUnapprovedDomain, .currentPasswordInvalid, .groupAlreadyExists,
            .groupNotEmpty, .groupImmutable, .roleNotFound,
        ]
    )
    func backEnd(_ code: MusterError.Code) async throws {
        let response = TenableErrors.response(to: MusterError(code, "A sentence."))
        #expect(try await response.text() == #"{"error":"A sentence."}"#)
    }

    @Test("a field at fault is named, and a user missed by UUID")
    func details() async throws {
        let invalid = TenableErrors.response(to: .invalid("email", "m"))
        let expected =
            #"{"statusCode":400,"error":"Bad Request","message":"m","#
            + #""validation":{"source":"payload","keys":["email"]}}"#
        #expect(try await invalid.text() == expected)
        let missed = MusterError(.userNotFound, "User[UUID=x] not found.", details: ["uuid": "x"])
        let response = TenableErrors.response(to: missed)
        #expect(try await response.text() == #"{"error":"User[UUID=x] not found."}"#)
    }

    @Test("the time to wait and the methods allowed are fields of the header")
    func headers() {
        let overloaded = TenableErrors.response(to: .overloaded("m", retryAfter: 7))
        #expect(overloaded.headers[.retryAfter] == "7")
        let method = MusterError(.methodNotAllowed, "m", details: ["allow": "GET, PUT"])
        #expect(TenableErrors.response(to: method).headers[.allow] == "GET, PUT")
    }

    @Test("what lies below an error, or is meant for logs, is not sent")
    func causes() async throws {
        let error = MusterError(
            .storeUnavailable,
            "SELECT planted",
            details: ["required_role": "planted"],
            cause: MusterError(.serverInternal, "planted")
        )
        let text = try await TenableErrors.response(to: error).text()
        #expect(!text.contains("planted"))
    }
}
