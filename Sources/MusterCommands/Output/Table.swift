/// Lines of text in columns.
///
/// The columns are as wide as the widest cell so far, so that a table of any length can be written in pieces.
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

    private var widths: [Int] = []

    /// The lines of some rows.
    ///
    /// What a cell holds is escaped here; the last column is not filled up with blanks.
    mutating func lines(_ rows: [[Cell]], on console: Console) -> String {
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
        var lines = ""
        for row in rows {
            var line = ""
            var gap = 0
            for (column, cell) in row.enumerated() {
                let isEmpty = cell.text.isEmpty
                if !isEmpty {
                    line += String(repeating: " ", count: gap) + console.paint(cell.text, cell.tint)
                    gap = 0
                }
                gap += widths[column] - DisplayWidth.of(cell.text) + 2
            }
            lines += line + "\n"
        }
        return lines
    }
}
