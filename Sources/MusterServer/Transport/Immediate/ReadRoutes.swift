import MusterCore

/// The routes that can be answered at once, and how to find them by path.
struct ReadRoutes: Sendable {
    /// One route that was found.
    struct Match {
        let path: String
        let authority: Principal.Authority
        let parameter: String
        let reading: Route.Reading
    }

    private struct Entry: Sendable {
        let path: String
        /// The path up to the part that varies.
        let literal: [UInt8]
        let hasParameter: Bool
        let authority: Principal.Authority
        let reading: Route.Reading
    }

    private let entries: [Entry]

    /// Keeps those routes that only read.
    ///
    /// The part that varies is the last of its path, so that a path is a text of bytes and one parameter.
    init(_ routes: [Route]) {
        entries = routes.compactMap { route in
            guard let reading = route.reading else { return nil }
            let parts = route.path.split(separator: ":", maxSplits: 1)
            precondition(parts.dropFirst().allSatisfy { !$0.contains("/") })
            return Entry(
                path: route.path,
                literal: Array(parts[0].utf8),
                hasParameter: parts.count == 2,
                authority: route.authority,
                reading: reading
            )
        }
    }

    /// The route of a path as it was sent; nil where none is known, which need not mean that there is none.
    func match(_ path: Substring.UTF8View) -> Match? {
        for entry in entries where path.starts(with: entry.literal) {
            let rest = path.dropFirst(entry.literal.count)
            guard entry.hasParameter ? !rest.isEmpty && !rest.contains(Self.slash) : rest.isEmpty
            else { continue }
            return Match(
                path: entry.path,
                authority: entry.authority,
                parameter: String(Substring(rest)),
                reading: entry.reading
            )
        }
        return nil
    }

    private static let slash = UInt8(ascii: "/")
}
