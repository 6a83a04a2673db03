import HTTPTypes
import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// Where somebody wanted to go who had to sign in first.
enum NextPath {
    /// The most bytes of a path with its query.
    private static let most = 1_500

    /// The path, if it is one of the console's; the start for all else, so that no link leads somewhere else.
    static func read(_ text: String) -> String {
        isOwn(text) ? text : "/"
    }

    /// The path as a query that carries it on; nothing if there is none.
    static func query(_ text: String) -> String {
        isOwn(text) ? "?next=\(Frame.escapedInQuery(text))" : ""
    }

    /// What a request asks for, with its filters, but not with what was told on the way to it.
    static func asked(by request: Request) -> String {
        let told = Array("done=".utf8)
        let parts = (request.uri.query ?? "").utf8.split(separator: UInt8(ascii: "&"))
            .filter { !$0.starts(with: told) }.map { String(Substring($0)) }
        let query = parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
        return isOwn(request.uri.path + query) ? request.uri.path + query : request.uri.path
    }

    /// Whether a text is a path of pages, with or without a query, of such signs as these have.
    static func isOwn(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count <= most else { return false }
        let path = bytes.prefix { $0 != UInt8(ascii: "?") }
        let query = bytes.dropFirst(path.count)
        guard path.allSatisfy(isOfPath), query.allSatisfy(isOfQuery) else { return false }
        return ["/account", "/admin"].contains { root in
            path.elementsEqual(root.utf8)
                || path.starts(with: root.utf8)
                    && path.dropFirst(root.utf8.count).first == UInt8(ascii: "/")
        }
    }

    private static func isOfPath(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func isOfQuery(_ byte: UInt8) -> Bool {
        isOfPath(byte) || "?&=%+._~*!(),:;@'$".utf8.contains(byte)
    }
}
