import HTTPTypes
import Hummingbird
import Logging
import MusterCore
import WireJSON

extension LocalResponder {
    /// What fails now, and which limits were reached since the server started, and how often.
    func troubles() async -> Response {
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

    func refuse(_ error: any Error, _ requestID: String) -> Response {
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
            failures.tell(
                "local question failed",
                ["request.id": "\(requestID)", "error.code": "\(code.rawValue)"],
                in: logger
            )
        }
        var response = Response.json(status, reserving: 64) { json in
            json.object { $0.member("error", code.rawValue) }
        }
        if status == .serviceUnavailable { response.headers[.retryAfter] = "1" }
        return response
    }

    static func status(of code: MusterError.Code) -> HTTPResponse.Status {
        switch code {
        case .requestNotFound: .notFound
        case .inputMalformed, .inputType: .badRequest
        case .overloaded, .storeUnavailable: .serviceUnavailable
        default: .internalServerError
        }
    }
}
