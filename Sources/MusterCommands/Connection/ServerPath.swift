import ClientTransport

/// A path on a server, built so that no name in it can become another path.
struct ServerPath: Sendable {
    /// The path as it was before names were put in, which is what a log may say.
    let route: String
    /// The path and the query, percent-encoded.
    let text: String

    /// Puts names into a route, one for each `{}`.
    init(_ route: StaticString, _ names: String...) {
        var rest = names[...]
        let pieces = "\(route)".split(separator: "{}", omittingEmptySubsequences: false)
        self.route = "\(route)"
        text = pieces.dropFirst().reduce(String(pieces.first ?? "")) { path, piece in
            path + ServerPath.encode(rest.popFirst() ?? "") + piece
        }
    }

    private init(route: String, text: String) {
        self.route = route
        self.text = text
    }

    /// The path with more of a route behind it, such as `two-factor/verify-code`.
    func appending(_ tail: StaticString) -> ServerPath {
        ServerPath(route: "\(route)/\(tail)", text: "\(text)/\(tail)")
    }

    /// The path with a query; names without a value are left out.
    func with(_ query: [(name: String, value: String?)]) -> ServerPath {
        let pairs = query.compactMap { name, value in
            value.map { "\(name)=\(PercentEncoding.encode($0))" }
        }
        guard !pairs.isEmpty else { return self }
        return ServerPath(route: route, text: text + "?" + pairs.joined(separator: "&"))
    }

    /// Names of one or two dots are paths to programs on the way (RFC 3986 section 5.2.4).
    private static func encode(_ name: String) -> String {
        switch name {
        case ".": "%2E"
        case "..": "%2E%2E"
        default: PercentEncoding.encode(name)
        }
    }
}
