import ClientTransport
import NIOHTTP1
import WireJSON

/// A path of the API, built so that no name in it can become another path.
struct RequestPath: Sendable {
    /// Where the API lives.
    private static let root = "/muster/v1"

    /// The path as it was before names were put in, which is what a log may say.
    let route: String
    /// The path and the query, percent-encoded.
    private(set) var text: String

    /// Puts names into a route below the API's root, one for each `{}`.
    init(_ route: StaticString, _ names: String...) {
        var rest = names[...]
        let pieces = "\(route)".split(separator: "{}", omittingEmptySubsequences: false)
        self.route = RequestPath.root + "\(route)"
        text = pieces.dropFirst().reduce(RequestPath.root + (pieces.first ?? "")) { path, piece in
            path + RequestPath.encode(rest.popFirst() ?? "") + piece
        }
    }

    /// The path with a query; names without a value are left out.
    func with(_ query: [(name: String, value: String?)]) -> RequestPath {
        let pairs = query.compactMap { name, value in
            value.map { "\(name)=\(PercentEncoding.encode($0))" }
        }
        guard !pairs.isEmpty else { return self }
        var path = self
        path.text += "?" + pairs.joined(separator: "&")
        return path
    }

    /// Names of one or two dots are paths to programs on the way (RFC 3986 section 5.2.4).
    private static func encode(_ name: String) -> String {
        switch name.utf8.count {
        case 1 where name.utf8.first == UInt8(ascii: "."): "%2E"
        case 2 where name.utf8.allSatisfy { $0 == UInt8(ascii: ".") }: "%2E%2E"
        default: PercentEncoding.encode(name)
        }
    }
}

extension Request {
    /// Makes a request without a body.
    init(_ method: HTTPMethod, _ path: RequestPath, at revision: MusterClient.Revision? = nil) {
        self.init(method, path.route, path: path.text)
        if let revision { fields.add(name: "If-Match", value: revision.tag) }
    }

    /// Makes a request with a body of the API.
    init(
        _ method: HTTPMethod,
        _ path: RequestPath,
        at revision: MusterClient.Revision? = nil,
        body write: (inout JSONWriter) -> Void
    ) {
        self.init(method, path, at: revision)
        var json = JSONWriter(reserving: 256)
        write(&json)
        body = Secret(json.bytes)
    }
}
