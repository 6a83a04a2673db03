/// Lines of text in columns.
///
/// The columns are as wide as the widest cell so far, so that a table of any length can be written in pieces. On a
/// terminal no line is wider than it: cells are cut there, with an ellipsis where something is missing.
struct Table {
    /// A text and its colour.
    struct Cell: Sendable, Equatable {
        let text: String
        var tint: Tint?

        init(_ text: String, _ tint: Tint? = nil) {
            self.text = text
            self.tint = tint
        }
    }

    /// Blanks between two columns.
    private static let gap = 2
    /// The fewest columns of the terminal that are left to a cell that is cut.
    private static let minimum = 3

    private let isWhole: Bool
    private var widths: [Int] = []

    /// Begins a table.
    ///
    /// - Parameter isWhole: Whether nothing is cut, however narrow the terminal is.
    init(isWhole: Bool = false) {
        self.isWhole = isWhole
    }

    /// The lines of some rows.
    ///
    /// What a cell holds is escaped here; the last column is not filled up with blanks.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - console: Where they go.
    ///   - shrinking: Which columns are cut first; all if empty.
    /// - Returns: The lines, each with its end.
    mutating func lines(
        _ rows: [[Cell]],
        on console: Console,
        shrinking: [Bool] = []
    ) -> String {
        let rows = rows.map { row in
            row.map { (text: SafeText.escaped($0.text), tint: $0.tint) }
        }
        for row in rows {
            for (column, cell) in row.enumerated() {
                let width = DisplayWidth.of(cell.text)
                if column < widths.count {
                    widths[column] = max(widths[column], width)
                } else {
                    widths.append(width)
                }
            }
        }
        let widths = isWhole ? widths : Table.fit(widths, into: console.width, shrinking)
        var lines = ""
        for row in rows {
            var line = ""
            var gap = 0
            for (column, cell) in row.enumerated() {
                let text = isWhole ? cell.text : DisplayWidth.cut(cell.text, to: widths[column])
                if !text.isEmpty {
                    line += String(repeating: " ", count: gap) + console.paint(text, cell.tint)
                    gap = 0
                }
                gap += widths[column] - DisplayWidth.of(text) + Table.gap
            }
            lines += line + "\n"
        }
        return lines
    }

    /// The widths, made less until a line fits: the widest first, and columns that may shrink before all others.
    static func fit(_ natural: [Int], into width: Int?, _ shrinking: [Bool]) -> [Int] {
        var widths = natural
        guard let width else { return widths }
        let gaps = gap * max(0, widths.count - 1)
        for isLast in [false, true] {
            let columns = widths.indices.filter { column in
                isLast || shrinking.isEmpty || column < shrinking.count && shrinking[column]
            }
            while widths.reduce(gaps, +) > width,
                let widest = columns.max(by: { widths[$0] < widths[$1] }), widths[widest] > minimum
            {
                widths[widest] -= 1
            }
        }
        return widths
    }
}
