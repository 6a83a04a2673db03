import WireJSON

/// Writes a list of records of any length, page by page, in the memory of one page.
struct RecordList {
    private let layout: RecordLayout
    private let format: OutputFormat
    private let isQuiet: Bool
    private let console: Console
    private var table = Table()
    private var count = 0

    init(_ layout: RecordLayout, format: OutputFormat, isQuiet: Bool, on console: Console) {
        self.layout = layout
        self.format = format
        self.isQuiet = isQuiet
        self.console = console
    }

    /// Writes some records more.
    ///
    /// - Throws: ``CommandError`` where the output cannot be written.
    mutating func append(_ records: [JSONObject]) throws {
        if isQuiet {
            try console.write(records.map { safe($0, layout.id) + "\n" }.joined())
        } else {
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
            if count == 0 { CommandFailure.tell("There are no \(layout.noun).") }
        case .json:
            try console.write(count == 0 ? "[]\n" : "\n]\n")
        case .csv:
            if count == 0 { try console.write(csvLines([])) }
        }
    }

    private mutating func tableLines(_ records: [JSONObject]) -> String {
        guard !records.isEmpty else { return "" }
        var rows: [[Table.Cell]] = []
        if count == 0 {
            rows.append(layout.columns.map { Table.Cell($0.title.uppercased(), .heading) })
        }
        rows += records.map { record in layout.columns.map { $0.cell(record) } }
        return table.lines(rows, on: console)
    }

    private func jsonLines(_ records: [JSONObject]) -> String {
        var text = ""
        for (index, record) in records.enumerated() {
            text += count + index == 0 ? "[\n" : ",\n"
            text += JSONText.line(.object(record))
        }
        return text
    }

    private func csvLines(_ records: [JSONObject]) -> String {
        let heading = count == 0 ? CSVText.line(layout.fields) : ""
        return records.reduce(into: heading) { text, record in
            text += CSVText.line(layout.fields.map { safe(record, $0) })
        }
    }

    /// A field as it is for a program, and escaped where a terminal would read it.
    private func safe(_ record: JSONObject, _ path: String) -> String {
        let text = record.value(at: path)?.plainText ?? ""
        return console.isTerminal ? SafeText.escaped(text) : text
    }
}
