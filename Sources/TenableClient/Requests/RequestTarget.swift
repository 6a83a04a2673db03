import ClientTransport

/// A path and a query, as they are sent.
struct RequestTarget {
    /// What stands after the server's address.
    let text: String

    /// Puts both together.
    ///
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/notFound`` for paths that climb, which lead nowhere
    ///   that was meant.
    init(_ path: String, _ query: [(name: String, value: String)] = []) throws(TenableError) {
        let parts = path.split(separator: "/")
        guard !parts.contains(where: { [".", ".."].contains($0) }) else {
            throw .nothing("A path may not have . or .. in it.")
        }
        let pairs = query.map { name, value in
            PercentEncoding.encode(name) + "=" + PercentEncoding.encode(value)
        }
        text =
            "/" + parts.map { PercentEncoding.encode(path: $0) }.joined(separator: "/")
            + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }
}
