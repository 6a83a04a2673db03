package import NIOHTTP1
package import WireJSON

/// One request, before it is known to whom and with which credentials.
package struct Request: Sendable {
    /// The method.
    package let method: HTTPMethod
    /// The path's pattern, which is what a log may say.
    package let route: String
    /// The path below the API's root, percent-encoded, with the query.
    package let path: String
    /// Header fields that hold no secret; those for every request are added on the way.
    package var fields: HTTPHeaders = [:]
    /// The body, JSON, which may hold a password.
    package var body: Secret<[UInt8]>?
    /// How long an attempt may take, where that is less than the connection's timeout.
    package var longestTime: Duration?
    /// Whether sending it twice does the same as sending it once.
    package var isRepeatable: Bool

    /// Makes a request without a body.
    package init(_ method: HTTPMethod, _ route: String, path: String? = nil) {
        self.method = method
        self.route = route
        self.path = path ?? route
        isRepeatable = method == .GET
    }

    /// Makes a request whose body is an object with these members.
    package init(
        _ method: HTTPMethod,
        _ route: String,
        path: String? = nil,
        _ members: (inout JSONWriter) -> Void
    ) {
        self.init(method, route, path: path)
        var json = JSONWriter(reserving: 256)
        json.object { members(&$0) }
        body = Secret(json.bytes)
    }

    /// Whether the request changes nothing.
    package var isRead: Bool { method == .GET }
}
