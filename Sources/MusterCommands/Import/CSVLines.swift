import MusterCore
import TextBytes
import WireJSON

/// Makes JSON lines of comma-separated values, piece by piece.
struct CSVLines {
    private let origin: LineOrigin
    private let maps: [ColumnMap]
    private let namesMaps: Bool
    private var parser = CSVParser()
    private var heading: CSVHeading?

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - origin: Is told where the lines stand in the file.
    ///   - maps: What columns stand for that have other names than fields.
    ///   - namesMaps: Whether faults of the heading say how a column is mapped.
    init(_ origin: LineOrigin, _ maps: [ColumnMap] = [], namesMaps: Bool = true) {
        self.origin = origin
        self.maps = maps
        self.namesMaps = namesMaps
    }

    /// The lines of the next bytes.
    ///
    /// - Throws: ``CommandError`` where the heading is none, or too many records cannot be read.
    mutating func push(_ bytes: [UInt8]) throws(CommandError) -> [UInt8] {
        try lines(parser.push(bytes))
    }

    /// The last lines.
    ///
    /// - Throws: As ``push(_:)``, and where there was nothing at all.
    mutating func finish() throws(CommandError) -> [UInt8] {
        let last = try lines(parser.finish().map { [$0] } ?? [])
        guard heading != nil else {
            throw CommandError(.badInput, "There is nothing in the file, not even a heading.")
        }
        return last
    }

    private mutating func lines(_ records: [CSVParser.Record]) throws(CommandError) -> [UInt8] {
        var text = ""
        for record in records where record.cells?.allSatisfy(\.isEmpty) != true {
            guard let heading else {
                let read = try CSVHeading(record, maps, namesMaps: namesMaps)
                heading = read
                origin.note(columns: read.names)
                continue
            }
            do throws(CSVFault) {
                guard let object = try heading.object(record) else { continue }
                origin.note(line: record.line)
                text += JSONText.line(.object(object))
            } catch {
                origin.note(line: record.line)
                // The server refuses it, so that it counts; the reason is told from here.
                try origin.note(fault: error.reason)
                text += "{}"
            }
            text += "\n"
        }
        return Array(text.utf8)
    }
}
