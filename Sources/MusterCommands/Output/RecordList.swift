import WireJSON

/// Writes a list of records of any length, page by page, in the memory of one page.
struct RecordList {
    private let layout: RecordLayout
    private let format: OutputFormat
    private let isQuiet: Bool
    private let isEndless: Bool
    private let time: TimeStyle?
    private let remark: String?
    private let console: Console
    private var table: Table
    private var count = 0
    private var hasHeading = false

    /// Begins a list.
    ///
    /// - Parameters:
    ///   - layout: How a record is shown.
    ///   - format: How it is written.
    ///   - isQuiet: Whether only ids are written.
    ///   - isEndless: Whether JSON has a record in each line and nothing around them.
    ///   - time: How times are written; nil in the local zone in tables, otherwise as the server does.
    ///   - remark: What to say beside a table of none, where it was about some only; nil says that there are none.
    ///   - console: Where to.
    init(
        _ layout: RecordLayout,
        format: OutputFormat,
        isQuiet: Bool,
        isEndless: Bool = false,
        time: TimeStyle? = nil,
        orSay remark: String? = nil,
        on console: Console
    ) {
        self.layout = layout
        table = Table(overflow: layout.overflow)
        self.format = format
        self.isQuiet = isQuiet
        self.isEndless = isEndless
        self.time = time
        self.remark = remark
        self.console = console
    }

    /// Writes some records more.
    ///
    /// - Throws: ``CommandError`` where the output cannot be written.
    mutating func append(_ records: [JSONObject]) throws {
        if isQuiet {
            try console.write(
                records.map { safe($0.value(at: layout.id)?.plainText ?? "") + "\n" }.joined()
            )
        } else {
            let records = records.map { layout.withTimes($0, time, format) }
            switch format {
            case .table: try console.write(tableLines(records))
            case .json: try console.write(jsonLines(records))
            case .csv: try console.write(csvLines(records))
            }
        }
        count += records.count
    }

    /// Writes what comes at the end.
    ///
    /// - Throws: ``CommandError`` where the output cannot be written.
    mutating func finish() throws {
        guard !isQuiet else { return }
        switch format {
        case .table:
            if count == 0 { CommandFailure.note(remark ?? "There are no \(layout.noun).") }
        case .json:
            try console.write(count == 0 ? "[]\n" : "\n]\n")
        case .csv:
            try console.write(csvLines([]))
        }
    }

    private mutating func tableLines(_ records: [JSONObject]) -> String {
        guard !records.isEmpty else { return "" }
        var rows: [[Table.Cell]] = []
        if count == 0 {
            rows.append(layout.columns.map { Table.Cell($0.title.uppercased(), .heading) })
        }
        rows += records.map { record in layout.columns.map { $0.cell(record) } }
        return table.lines(rows, on: console, shrinking: layout.columns.map(\.shrinking))
    }

    private func jsonLines(_ records: [JSONObject]) -> String {
        if isEndless { return records.map { JSONText.line(.object($0)) + "\n" }.joined() }
        var text = ""
        for (index, record) in records.enumerated() {
            text += count + index == 0 ? "[\n" : ",\n"
            text += JSONText.line(.object(record))
        }
        return text
    }

    private mutating func csvLines(_ records: [JSONObject]) -> String {
        let heading = hasHeading ? "" : CSVText.line(layout.fields.map(\.name))
        hasHeading = true
        return records.reduce(into: heading) { text, record in
            text += CSVText.line(layout.fields.map { safe($0.text(record)) })
        }
    }

    /// A text as it is for a program, and escaped where a terminal would read it.
    private func safe(_ text: String) -> String {
        console.isTerminal ? SafeText.escaped(text) : text
    }
}
