import ArgumentParser
import WireJSON

/// How an answer is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// For people.
    case table
    /// For programs; the records as the server gave them.
    case json
    /// For programs; cells are as they are, also where a spreadsheet would take one for a formula.
    case csv
}

/// The options by which every command that answers with records is told how.
struct OutputOptions: ParsableArguments {
    @Option(help: "How to print the answer.")
    var format = OutputFormat.table

    @Flag(name: [.short, .long], help: "Print ids only, one a line.")
    var quiet = false

    @Option(
        help: ArgumentHelp(
            "How to write times; in tables in the local zone, otherwise as the server does, if unset."
        )
    )
    var time: TimeStyle?

    /// Prints a list, page by page.
    ///
    /// - Parameters:
    ///   - layout: What kind of records they are.
    ///   - remark: What to say beside a table of none; nil says that there are none.
    ///   - console: Where to.
    /// - Returns: The list, which is written record by record.
    func list(
        _ layout: RecordLayout,
        orSay remark: String? = nil,
        on console: Console = .standard
    ) -> RecordList {
        RecordList(layout, format: format, isQuiet: quiet, time: time, orSay: remark, on: console)
    }

    /// Prints a list that has no end; in JSON, each line is a record.
    func stream(_ layout: RecordLayout, on console: Console = .standard) -> RecordList {
        RecordList(layout, format: format, isQuiet: quiet, isEndless: true, time: time, on: console)
    }

    /// Prints one record in full.
    func show(
        _ record: JSONObject,
        _ layout: RecordLayout,
        on console: Console = .standard
    ) throws {
        guard format == .table, !quiet else { return try finish(record, layout, on: console) }
        // What is asked for by name is shown whole, however wide the terminal is.
        var table = Table(overflow: .none)
        let record = layout.withTimes(record, time, format)
        let rows = layout.details.compactMap { column -> [Table.Cell]? in
            let cell = column.cell(record)
            return cell.text.isEmpty ? nil : [Table.Cell(column.title, .heading), cell]
        }
        try console.write(table.lines(rows, on: console))
    }

    /// Tells what was done to a record: a sentence for people, the record for programs.
    func done(
        _ sentence: String,
        _ record: JSONObject,
        _ layout: RecordLayout,
        on console: Console = .standard
    ) throws {
        guard format == .table, !quiet else { return try finish(record, layout, on: console) }
        try console.write(SafeText.escaped(sentence) + "\n")
    }

    private func finish(
        _ record: JSONObject,
        _ layout: RecordLayout,
        on console: Console
    ) throws {
        if format == .json, !quiet {
            let record = layout.withTimes(record, time, format)
            try console.write(JSONText.indented(.object(record)) + "\n")
        } else {
            var list = list(layout, on: console)
            try list.append([record])
            try list.finish()
        }
    }
}
