import MusterAPI
import MusterCore
import TextBytes

/// The first line of a CSV file of users: which field stands in which column.
struct CSVHeading: Sendable {
    /// Which field a column holds, and which part of the person where it is one.
    typealias Column = (name: String, kind: ImportBody.Kind, place: CSVPerson.Place?)

    /// The names that headings may have, in any case; `role` is what the command line calls `permissions`.
    static let fieldNames =
        ImportBody.fields.map(\.name) + ["role"] + CSVPerson.columns.map(\.name)

    /// One for each column; nil if it has no heading, and nothing may stand in it.
    let columns: [Column?]
    /// How many columns there are up to the last that has a heading.
    let namedCount: Int
    /// What the file calls each field.
    let names: [(field: String, column: String)]

    /// Reads the heading.
    ///
    /// - Parameters:
    ///   - record: The first line.
    ///   - maps: What columns stand for that have other names.
    ///   - namesMaps: Whether faults say how a column is mapped.
    /// - Throws: ``CommandError`` where a column is no field of a user, stands there twice, or the user name
    ///   is missing; and where a map names a column that is not there, or no field.
    init(
        _ record: CSVParser.Record,
        _ maps: [ColumnMap] = [],
        namesMaps: Bool = true
    ) throws(CommandError) {
        guard let cells = record.cells else {
            throw CommandError(.badInput, "The heading cannot be read: \(record.fault ?? "").")
        }
        for (index, map) in maps.enumerated()
        where maps[..<index].contains(where: { $0.column.hasSameFoldedBytes(as: map.column) }) {
            throw CommandError(
                .usage,
                "--map names the column \(map.column.quoted(60)) twice."
            )
        }
        for map in maps where !cells.contains(where: { $0.hasSameFoldedBytes(as: map.column) }) {
            throw CommandError(
                .badInput,
                "There is no column \(map.column.quoted(60)), which --map names, in the heading."
            )
        }
        var columns: [Column?] = []
        var names: [(field: String, column: String)] = []
        for cell in cells {
            if cell.isEmpty {
                columns.append(nil)
                continue
            }
            let field = try CSVHeading.field(
                cell,
                maps,
                isOnly: cells.count == 1,
                namesMaps: namesMaps
            )
            if let other = names.first(where: { $0.field == field.name })?.column {
                throw CommandError(
                    .badInput,
                    other.hasSameBytes(as: cell)
                        ? "The heading has the column \(cell) twice."
                        : "The columns \(other) and \(cell) both stand for \(field.name)."
                )
            }
            columns.append(field)
            names.append((field.name, cell))
        }
        guard names.contains(where: { $0.field == "username" }) else {
            throw CommandError(
                .badInput,
                namesMaps
                    ? "The heading needs a column username. Say which it is with --map COLUMN=username."
                    : "The heading needs a column username."
            )
        }
        self.columns = columns
        self.names = names
        namedCount = (columns.lastIndex { $0 != nil } ?? -1) + 1
    }

    private static func field(
        _ cell: String,
        _ maps: [ColumnMap],
        isOnly: Bool,
        namesMaps: Bool
    ) throws(CommandError) -> Column {
        let map = maps.first { $0.column.hasSameFoldedBytes(as: cell) }
        let wanted = map?.field ?? cell
        let name = wanted.hasSameFoldedBytes(as: "role") ? "permissions" : wanted
        if let field = ImportBody.fields.first(where: { $0.name.hasSameFoldedBytes(as: name) }) {
            return (field.name, field.kind, nil)
        }
        let part = CSVPerson.columns.first { $0.name.hasSameFoldedBytes(as: name) }
        guard let part else {
            throw map == nil
                ? unknown(cell, isOnly: isOnly, namesMaps: namesMaps) : unknownField(wanted)
        }
        return (part.name, .text, part.place)
    }

    /// The fields as a sentence names them; those of a person are many.
    private static var listed: String {
        let names = ImportBody.fields.map(\.name) + ["role"]
        return names.joined(separator: ", ") + ", and of a person given_name, department and others"
    }

    private static func unknownField(_ field: String) -> CommandError {
        CommandError(
            .usage,
            "\(field.quoted(60)), which --map names, is no field of a user. "
                + "The fields are \(listed)."
        )
    }

    private static func unknown(
        _ cell: String,
        isOnly: Bool,
        namesMaps: Bool
    ) -> CommandError {
        let lacksCommas = isOnly && cell.utf8.contains { ";\t|".utf8.contains($0) }
        let hint =
            lacksCommas ? "Put commas between the columns." : "The columns are \(listed)."
        let advice = namesMaps && !lacksCommas ? " Another name is given with --map." : ""
        return CommandError(
            .badInput,
            "\(cell.quoted(60)) in the heading is no field of a user. \(hint)\(advice)"
        )
    }
}

/// Why a record of a CSV file is no user.
struct CSVFault: Error, Equatable {
    let reason: String
}
