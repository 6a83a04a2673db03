import MusterCore

/// Runs of three characters by which users are looked for in the index of their texts: of each list they have one at least.
struct UserRuns {
    /// How many runs of a text are asked for; of more, the rows tell.
    private static let most = 12
    /// The most texts of one list whose users a row is asked about, and for which the index is asked where nothing may take long.
    static let plainTexts = 4

    let lists: [[String]]

    /// These runs.
    init(_ lists: [[String]]) {
        self.lists = lists
    }

    /// The runs of a text.
    init(of text: String) {
        let scalars = Array(text.unicodeScalars)
        let starts = 0...max(scalars.count - UserQuery.minimumInfix, 0)
        let step = max(1, (starts.count + Self.most - 1) / Self.most)
        lists = stride(from: 0, through: starts.upperBound, by: step).map { start in
            var run = String.UnicodeScalarView()
            run.append(contentsOf: scalars.dropFirst(start).prefix(UserQuery.minimumInfix))
            return [String(run)]
        }
    }

    /// The lists, those first of which few users may have a text: that have few texts, and that stand further behind, where texts
    /// differ more often than at their beginning.
    var likeliestFirst: [[String]] {
        lists.enumerated()
            .sorted { one, other in
                (one.element.count, other.offset) < (other.element.count, one.offset)
            }
            .map(\.element)
    }

    /// The list with the fewest texts; nil if all have many.
    var plainest: [String]? {
        likeliestFirst.first.flatMap { $0.count <= Self.plainTexts ? $0 : nil }
    }

    /// What FTS5 is asked for: each text a string in quotation marks (<https://www.sqlite.org/fts5.html>, section 3.1).
    var expression: String {
        lists.map { any in
            let texts = any.map(Self.string).joined(separator: " OR ")
            return any.count == 1 ? texts : "(\(texts))"
        }
        .joined(separator: " AND ")
    }

    private static func string(_ text: String) -> String {
        var quoted = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            quoted.append(scalar)
            if scalar == "\"" { quoted.append(scalar) }
        }
        return "\"\(String(quoted))\""
    }
}
