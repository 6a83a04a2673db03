import HTTPTypes
import Hummingbird
import Logging
import MusterCore
import NIOCore
import NIOHTTP1
import TextBytes
import WireJSON

/// Answers the questions of programs on this machine.
struct LocalResponder: HTTPResponder {
    typealias Context = MusterRequestContext

    /// The most bytes of a question: a name of 254 characters and a password of 1024 bytes, each byte escaped.
    static let bodyBytes = 16_384

    private let keys: AuthorizedKeysService
    private let logins: LocalLoginService
    private let ids: RequestIDs
    private let refusals: RefusalTally
    private let readiness: Readiness
    private let logger: Logger

    init(_ directory: Directory, logger: Logger) {
        keys = AuthorizedKeysService(directory)
        logins = LocalLoginService(directory)
        ids = RequestIDs(random: directory.random)
        refusals = directory.refusals
        readiness = Readiness(directory)
        self.logger = logger
    }

    func respond(to request: Request, context: MusterRequestContext) async throws -> Response {
        let question = LocalQuestion.allCases.first {
            $0.rawValue.hasSameBytes(as: request.uri.path)
        }
        let requestID = ids.next()
        let response: Response
        do {
            guard let question, request.method == .post else {
                throw MusterError(.requestNotFound, "There is no such question.")
            }
            let fields = try await fields(of: request)
            response = try await context.untilGone {
                try await answer(question, fields, requestID)
            }
        } catch let error as HTTPParserError {
            // Not HTTP at all: the server below answers 400 and closes.
            throw error
        } catch {
            response = refuse(error, requestID)
        }
        logger.debug(
            "local question served",
            metadata: [
                "request.id": "\(requestID)",
                "local.question": "\(question?.rawValue ?? "none")",
                "http.status": "\(response.status.code)",
            ]
        )
        return response
    }

    private func answer(
        _ question: LocalQuestion,
        _ fields: LocalFields,
        _ requestID: String
    ) async throws -> Response {
        if question == .troubles { return await troubles() }
        let username = LocalResponder.name(
            try fields.requiredText("username", upTo: LocalResponder.bodyBytes)
        )
        switch question {
        case .authorizedKeys:
            let lines = try await keys.lines(
                of: username,
                fingerprint: try fields.text("fingerprint"),
                type: try fields.text("type")
            )
            return Response.json(reserving: 64 + lines.count * 512) { json in
                json.object { json in
                    json.name("lines")
                    json.array { json in
                        for line in lines { json.string(line.text) }
                    }
                }
            }
        case .password:
            let password = Secret(
                try fields.requiredText("password", upTo: LocalResponder.bodyBytes)
            )
            let isAllowed = try await logins.opens(
                LoginRequest(username: username, password: password),
                from: try fields.text("address"),
                requestID: requestID
            )
            return LocalResponder.verdict(isAllowed)
        case .troubles:
            return await troubles()
        case .account:
            let admission = try await logins.admission(
                of: username,
                from: try fields.text("address")
            )
            return LocalResponder.verdict(
                admission == .admitted,
                reason: admission == .expired ? "expired" : nil
            )
        }
    }

    /// What fails now, and which limits were reached since the server started, and how often.
    private func troubles() async -> Response {
        let failed = await readiness.failed()
        return Response.json { json in
            json.object { json in
                json.name("failed")
                json.array { json in
                    for check in failed { json.string(check.rawValue) }
                }
                json.name("troubles")
                json.array { json in
                    for record in refusals.troubles.all where !record.trouble.isOfCallers {
                        json.object { json in
                            json.member("trouble", record.trouble.rawValue)
                            json.member("count", record.count)
                            if let at = record.lastAt { json.member("last_at", at.rawValue) }
                        }
                    }
                }
            }
        }
    }

    /// The name that was asked for; one that is longer than any is nobody's, as none is.
    private static func name(_ text: String) -> String {
        text.utf8.count <= TextLimit.username ? text : ""
    }

    private static func verdict(_ isAllowed: Bool, reason: String? = nil) -> Response {
        Response.json(reserving: 64) { json in
            json.object { json in
                json.member("allowed", isAllowed)
                if let reason { json.member("reason", reason) }
            }
        }
    }

    private func fields(of request: Request) async throws -> LocalFields {
        let body = try await request.body.collect(upTo: LocalResponder.bodyBytes)
        guard case .object(let object)? = try? JSONValue(parsing: body.readableBytesView) else {
            throw MusterError(.inputMalformed, "The body must be a JSON object.")
        }
        return LocalFields(object)
    }

    private func refuse(_ error: any Error, _ requestID: String) -> Response {
        let (status, code): (HTTPResponse.Status, MusterError.Code) =
            switch error {
            case let error as MusterError: (LocalResponder.status(of: error.code), error.code)
            // Its sender has gone, and nobody reads this.
            case is CancellationError: (.serviceUnavailable, .overloaded)
            case let error as any HTTPResponseError: (error.status, .inputMalformed)
            default: (.internalServerError, .serverInternal)
            }
        let isCounted = (error as? MusterError).map(refusals.count) ?? false
        if status.code >= 500, !isCounted {
            logger.error(
                "local question failed",
                metadata: ["request.id": "\(requestID)", "error.code": "\(code.rawValue)"]
            )
        }
        var response = Response.json(status, reserving: 64) { json in
            json.object { $0.member("error", code.rawValue) }
        }
        if status == .serviceUnavailable { response.headers[.retryAfter] = "1" }
        return response
    }

    private static func status(of code: MusterError.Code) -> HTTPResponse.Status {
        switch code {
        case .requestNotFound: .notFound
        case .inputMalformed, .inputType: .badRequest
        case .overloaded, .storeUnavailable: .serviceUnavailable
        default: .internalServerError
        }
    }
}
