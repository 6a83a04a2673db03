import MusterCore

/// Where somebody wanted to go who had to sign in first.
enum NextPath {
    /// The path, if it is one of the console's; the start for all else, so that no link leads somewhere else.
    static func read(_ text: String) -> String {
        isOwn(text) ? text : "/"
    }

    /// The path as a query that carries it on; nothing where there is none.
    static func query(_ text: String) -> String {
        isOwn(text) ? "?next=\(text)" : ""
    }

    /// Whether a text is a path of pages, of such signs as these have.
    private static func isOwn(_ text: String) -> Bool {
        let bytes = text.utf8
        let isPlain = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, bytes.count <= 200 else { return false }
        return ["/account", "/admin"].contains { root in
            bytes.elementsEqual(root.utf8)
                || bytes.starts(with: root.utf8)
                    && bytes.dropFirst(root.utf8.count).first == UInt8(ascii: "/")
        }
    }
}
