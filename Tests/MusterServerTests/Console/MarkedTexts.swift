import MusterConsole

/// A catalogue in which every text stands in brackets that stand nowhere else, and what a page has beside such texts.
enum MarkedTexts {
    private static let (opening, closing): (Character, Character) = ("\u{27E6}", "\u{27E7}")

    /// The catalogue: of the English one, which has nothing but texts in it, as ``isOfTexts`` says.
    static let catalogue: Texts = {
        var texts = Texts.english
        withUnsafeMutablePointer(to: &texts) { pointer in
            pointer.withMemoryRebound(to: String.self, capacity: count) { first in
                for place in 0..<count { first[place] = "\(opening)\(first[place])\(closing)" }
            }
        }
        texts.language = "xx"
        return texts
    }()

    private static var count: Int { MemoryLayout<Texts>.size / MemoryLayout<String>.size }

    /// Whether the catalogue is texts and nothing else, however deep.
    static var isOfTexts: Bool { leaves(of: Texts.english) == count }

    private static func leaves(of value: Any) -> Int? {
        if value is String { return 1 }
        let children = Mirror(reflecting: value).children
        guard !children.isEmpty else { return nil }
        return children.reduce(Int?(0)) { sum, child in
            guard let sum, let more = leaves(of: child.value) else { return nil }
            return sum + more
        }
    }

    /// What people read on a page that is neither of the catalogue nor of the directory.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - data: Words of the directory: names, and what its services say.
    /// - Returns: The texts in which such words are.
    static func unmarked(in page: String, data: [String]) -> [String] {
        var page = page
        // What is typed or kept stands in elements of its own.
        for name in ["bdi", "code", "time", "textarea", "pre"] {
            page = without("<\(name)", upTo: "</\(name)>", in: page)
        }
        page = without("<ul class=\"codes\">", upTo: "</ul>", in: page)
        page = without(" class=\"mono\">", upTo: "<", leaving: "><", in: page)
        var found = texts(of: page)
        for name in [
            "aria-label", "title", "placeholder", "alt", "data-text", "data-done", "data-label",
        ] {
            for rest in page.split(separator: " \(name)=\"").dropFirst() {
                found.append(String(rest.prefix { $0 != "\"" }))
            }
        }
        return found.filter { text in
            var rest = withoutMarked(text)
            for word in data { rest.replace(word, with: "") }
            return rest.contains(where: \.isLetter)
        }
    }

    /// A page without what stands between a beginning and an end, wherever that is.
    private static func without(
        _ start: String,
        upTo end: String,
        leaving left: String = ">",
        in page: String
    ) -> String {
        var parts = page.split(separator: start, omittingEmptySubsequences: false)
        let first = parts.removeFirst()
        return parts.reduce(String(first)) { text, part in
            guard let range = part.firstRange(of: end) else { return text }
            return text + left + part[range.upperBound...]
        }
    }

    /// What stands between the tags.
    private static func texts(of page: String) -> [String] {
        page.split(separator: "<").map { piece in
            String(piece.drop { $0 != ">" }.dropFirst())
        }
    }

    private static func withoutMarked(_ text: String) -> String {
        var (rest, depth) = ("", 0)
        for character in text {
            if character == opening { depth += 1 }
            if depth == 0 { rest.append(character) }
            if character == closing { depth -= 1 }
        }
        return rest
    }
}
