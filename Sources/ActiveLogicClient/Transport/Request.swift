import NIOHTTP1
import WireJSON

/// One request, before it is known to whom and with which token.
struct Request: Sendable {
    let method: HTTPMethod
    /// The path's pattern, which is what a log may say.
    let route: String
    /// The path below the API's root, percent-encoded, with the query.
    let path: String
    /// The body, which may hold a password.
    let body: Secret<[UInt8]>?
    /// The revision at which a change is still wanted; nil makes it in any case.
    var expectedRevision: Int64?
    /// The revision that is known already; nil where none is.
    var knownRevision: Int64?
    /// How long an attempt may take, where that is less than the connection's timeout.
    var longestTime: Duration?

    init(_ method: HTTPMethod, _ route: String, path: String? = nil) {
        self.method = method
        self.route = route
        self.path = path ?? route
        body = nil
    }

    init(
        _ method: HTTPMethod,
        _ route: String,
        path: String? = nil,
        _ members: (inout JSONWriter) -> Void
    ) {
        self.method = method
        self.route = route
        self.path = path ?? route
        var json = JSONWriter(reserving: 256)
        json.object { members(&$0) }
        body = Secret(json.bytes)
    }

    /// Whether the request changes nothing, so that it may be sent any number of times.
    var isRead: Bool { method == .GET }

    /// The header fields, with the token of a session.
    func fields(_ token: Secret<String>?) -> HTTPHeaders {
        var fields: HTTPHeaders = [
            "Accept": "application/json", "User-Agent": "ActiveLogicClient",
        ]
        if body != nil {
            fields.add(name: "Content-Type", value: "application/json")
        }
        if let expectedRevision {
            fields.add(name: "If-Match", value: "\"\(expectedRevision)\"")
        }
        if let knownRevision {
            fields.add(name: "If-None-Match", value: "\"\(knownRevision)\"")
        }
        token?.withExposedValue { fields.add(name: "Authorization", value: "Bearer \($0)") }
        return fields
    }
}
