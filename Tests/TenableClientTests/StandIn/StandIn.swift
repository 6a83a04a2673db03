import ClientTestSupport
import HTTPTypes
import Synchronization
import TenableClient

/// Stands in for the service itself: answers in the shapes that were recorded of it or that it documents.
///
/// It has no pages, empty bodies where the service has them, both kinds of error bodies, and user records of two
/// times.
final class StandIn: Sendable {
    /// When a record was recorded.
    enum Era: CaseIterable, Sendable {
        /// 2018: names always there, zeros for what never happened, `aggregate` and `whatsnew_version`.
        case early
        /// Since 2021: no name where none was given, `lockout`, groups and preferences.
        case recent
    }

    static let container = "d8631403-ed95-4aa9-9137-e691b6dc3b4e"
    static let administrator = "admin@example.com"
    static let accessKey = String(repeating: "a", count: 64)
    static let secretKey = String(repeating: "b", count: 64)
    static let code = "314159"
    /// How a request is numbered, in the order of arrival.
    static func requestID(_ count: Int) -> String {
        String(repeating: "0", count: 28) + String(1_000 + count)
    }

    struct Account {
        var id: Int64
        var username: String
        var password: String
        var permissions: Int64 = 16
        var name: String?
        var email: String?
        var isEnabled = true
        var permitted = (api: true, password: true, saml: true)
        var access = ""
        var secret = ""
        var hasLoggedIn = false
        var phone: String?
        var isEmailFactor = false
        var groups: Set<Int64> = []

        var uuid: String { StandIn.uuid(id) }
    }

    struct State {
        var accounts: [Account] = []
        var groups: [(id: Int64, name: String)] = []
        var sessions: [String: Int64] = [:]
        var nextID: Int64 = 3
        var events: [(action: String, target: String)] = []
    }

    let era: Era
    private let state: Mutex<State>

    init(_ era: Era) {
        self.era = era
        var owner = Account(
            id: 2,
            username: StandIn.administrator,
            password: Passwords.administrator
        )
        owner.permissions = 64
        owner.access = StandIn.accessKey
        owner.secret = StandIn.secretKey
        state = Mutex(State(accounts: [owner]))
    }

    static func uuid(_ id: Int64) -> String {
        let digits = String(id, radix: 16)
        return "6f200491-ddef-4028-944c-" + String(repeating: "0", count: 12 - digits.count)
            + digits
    }

    /// The service as a script of a fake server.
    var script: FakeServer.Script {
        { request, count in
            let answer = self.state.withLock { state in
                var call = StandInCall(request, era: self.era)
                do throws(StandInAnswer) {
                    return try call.answer(&state)
                } catch {
                    return error
                }
            }
            var fields = answer.fields
            fields[.requestUUID] = StandIn.requestID(count)
            return .answer(.init(code: answer.status), answer.body, fields)
        }
    }

    /// Serves while `body` runs.
    static func run(_ era: Era, _ body: (FakeServer) async throws -> Void) async throws {
        try await FakeServer.run(StandIn(era).script, body)
    }
}

/// What the stand-in answers; refusals are thrown.
struct StandInAnswer: Error {
    var status = 200
    var body = ""
    var fields: HTTPFields = [:]

    /// 200 and nothing else.
    static let empty = StandInAnswer()

    /// 200 and a record.
    static func json(_ value: JSONValue) -> StandInAnswer {
        StandInAnswer(
            body: String(decoding: value.bytes, as: UTF8.self),
            fields: [.contentType: "application/json; charset=utf-8"]
        )
    }

    /// The gateway's kind of error.
    static func gateway(_ status: Int, _ reason: String, _ message: String) -> StandInAnswer {
        var answer = json([
            "statusCode": .integer(Int64(status)), "error": .string(reason),
            "message": .string(message),
        ])
        answer.status = status
        return answer
    }

    /// The gateway's kind of error about a member of the body.
    static func invalid(_ field: String, _ rule: String) -> StandInAnswer {
        var answer = json([
            "statusCode": 400, "error": "Bad Request",
            "message": .string("child \"\(field)\" fails because [\"\(field)\" \(rule)]"),
            "validation": ["source": "payload", "keys": [.string(field)]],
        ])
        answer.status = 400
        return answer
    }

    /// The back-end's kind of error.
    static func backEnd(_ status: Int, _ sentence: String) -> StandInAnswer {
        var answer = json(["error": .string(sentence)])
        answer.status = status
        return answer
    }

    static let notFound = gateway(404, "Not Found", "Not Found")
    static let forbidden = gateway(403, "Forbidden", "Forbidden")
    static let tooSmall = gateway(403, "Forbidden", "Insufficient scope")
}
