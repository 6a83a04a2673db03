/// Lines of text in columns.
///
/// The columns are as wide as the widest cell so far, so that a table of any length can be written in pieces. On a
/// terminal no line is wider than it, if nothing else is asked for: cells are cut there, with an ellipsis where
/// something is missing.
struct Table {
    /// A text and its colour.
    struct Cell: Sendable, Equatable {
        let text: String
        var tint: TextStyle?

        init(_ text: String, _ tint: TextStyle? = nil) {
            self.text = text
            self.tint = tint
        }
    }

    /// What becomes of lines that are wider than the terminal.
    enum Overflow: Sendable {
        /// Cells are cut.
        case cut
        /// The text of the last column goes on in the next line, between words.
        case wrap
        /// Nothing; the terminal breaks them anywhere.
        case none
    }

    /// Blanks between two columns.
    private static let gap = 2
    /// The fewest columns of the terminal that are left to a cell that is cut.
    private static let minimum = 3

    /// How far a column is cut where the terminal is narrow.
    enum Shrinking: Sendable, Equatable {
        /// Before all others, to three columns of the terminal.
        case first
        /// With them, but for so many columns, which say the most of it.
        case downTo(Int)
        /// When nothing else can be cut.
        case last

        /// The columns that are kept while anything else can be cut; nil for all of them.
        fileprivate var kept: Int? {
            switch self {
            case .first: Table.minimum
            case .downTo(let columns): columns
            case .last: nil
            }
        }
    }

    /// The fewest columns of the terminal in which a text is wrapped; in fewer nobody could read it.
    private static let narrowest = 10

    private let overflow: Overflow
    private var widths: [Int] = []

    /// Begins a table.
    ///
    /// - Parameter overflow: What becomes of lines that are wider than the terminal.
    init(overflow: Overflow = .cut) {
        self.overflow = overflow
    }

    /// The lines of some rows.
    ///
    /// What a cell holds is escaped here; the last column is not filled up with blanks.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - console: Where they go.
    ///   - shrinking: How far each column is cut; all of them alike if empty.
    /// - Returns: The lines, each with its end.
    mutating func lines(
        _ rows: [[Cell]],
        on console: Console,
        shrinking: [Shrinking] = []
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
        let isCut = overflow == .cut
        let widths = isCut ? Table.fit(widths, into: console.width, shrinking) : widths
        var lines = ""
        for row in rows {
            var line = ""
            var gap = 0
            for (column, cell) in row.enumerated() {
                let text = isCut ? DisplayWidth.cut(cell.text, to: widths[column]) : cell.text
                if !text.isEmpty {
                    let place = overflow == .wrap && column == row.count - 1 ? column : nil
                    let pieces = place.map { wrapped(text, at: $0, on: console) } ?? [text]
                    let indent = "\n" + String(repeating: " ", count: start(of: column))
                    line += String(repeating: " ", count: gap)
                    line += pieces.map { console.paint($0, cell.tint) }.joined(separator: indent)
                    gap = 0
                }
                gap += widths[column] - DisplayWidth.of(text) + Table.gap
            }
            lines += line + "\n"
        }
        return lines
    }

    /// In which column of the terminal a column of a table that is not cut begins.
    private func start(of column: Int) -> Int {
        widths[..<column].reduce(0) { $0 + $1 + Table.gap }
    }

    /// The lines of a text that begins in a column, as wide as the terminal lets them be.
    private func wrapped(_ text: String, at column: Int, on console: Console) -> [String] {
        guard let width = console.width, width - start(of: column) >= Table.narrowest else {
            return [text]
        }
        return DisplayWidth.lines(text, within: width - start(of: column))
    }

    /// The widths, made less until a line fits: the widest first, each to what is kept of it, then all of them.
    static func fit(_ natural: [Int], into width: Int?, _ shrinking: [Shrinking]) -> [Int] {
        var widths = natural
        guard let width else { return widths }
        let gaps = gap * max(0, widths.count - 1)
        let kept = widths.indices.map { column in
            guard !shrinking.isEmpty else { return minimum }
            return column < shrinking.count ? shrinking[column].kept ?? Int.max : Int.max
        }
        for least in [kept, widths.map { _ in minimum }] {
            while widths.reduce(gaps, +) > width,
                let widest = widths.indices.filter({ widths[$0] > least[$0] })
                    .max(by: { widths[$0] < widths[$1] })
            {
                widths[widest] -= 1
            }
        }
        return widths
    }
}
