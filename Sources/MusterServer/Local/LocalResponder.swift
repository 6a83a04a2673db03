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
    private let store: any DirectoryStore
    private let ids: RequestIDs
    let refusals: RefusalTally
    let failures = FailureLog()
    let readiness: Readiness
    let logger: Logger

    init(_ directory: Directory, logger: Logger) {
        keys = AuthorizedKeysService(directory)
        logins = LocalLoginService(directory)
        store = directory.store
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
            let address = try fields.text("address").flatMap { IPAddress(reported: $0) }
            response = try await context.untilGone {
                try await store.inLane(.local(SourceNetwork(of: address))) {
                    try await answer(question, fields, requestID)
                }
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

    /// The name that was asked for; one that is longer than any is nobody's, as none is.
    static func name(_ text: String) -> String {
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
}
