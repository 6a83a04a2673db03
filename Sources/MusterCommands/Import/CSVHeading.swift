import MusterAPI
import TextBytes
import WireJSON

/// The first line of a CSV file of users: which field stands in which column.
struct CSVHeading: Sendable {
    private let columns: [(name: String, kind: ImportBody.Kind)]

    /// Reads the heading.
    ///
    /// - Throws: ``CommandError`` where a column is no field of a user, stands there twice, or the user name
    ///   is missing.
    init(_ record: CSVParser.Record) throws(CommandError) {
        guard let cells = record.cells else {
            throw CommandError(.badInput, "The heading cannot be read: \(record.fault ?? "").")
        }
        var columns: [(name: String, kind: ImportBody.Kind)] = []
        for cell in cells {
            guard let field = ImportBody.fields.first(where: { $0.name.hasSameBytes(as: cell) })
            else {
                throw CSVHeading.unknown(cell, isOnly: cells.count == 1)
            }
            guard !columns.contains(where: { $0.name == field.name }) else {
                throw CommandError(.badInput, "The heading has the column \(cell) twice.")
            }
            columns.append(field)
        }
        guard columns.contains(where: { $0.name == "username" }) else {
            throw CommandError(.badInput, "The heading needs a column username.")
        }
        self.columns = columns
    }

    /// The object of a record; an empty cell says nothing.
    ///
    /// A cell that does not fit its column goes to the server as it is, which says what is wrong with it.
    ///
    /// - Throws: ``CSVFault`` where the record does not fit the heading.
    func object(_ record: CSVParser.Record) throws(CSVFault) -> JSONObject {
        guard let cells = record.cells else { throw CSVFault(reason: record.fault ?? "") }
        guard cells.count == columns.count else {
            throw CSVFault(
                reason: "it has \(cells.count) cells, and the heading has \(columns.count)"
            )
        }
        let members = zip(columns, cells).compactMap { column, cell in
            cell.isEmpty ? nil : (column.name, CSVHeading.value(cell, column.name, column.kind))
        }
        return JSONObject(members)
    }

    /// The texts of a cell that holds several: one on each line, or all on one with semicolons between.
    static func list(_ cell: String) -> [String] {
        let bytes = cell.utf8
        let isLines = bytes.contains(where: isLineEnd)
        return bytes.split { isLines ? isLineEnd($0) : $0 == UInt8(ascii: ";") }
            .map { String(Substring($0.drop { $0 == UInt8(ascii: " ") })) }
            .filter { !$0.isEmpty }
    }

    /// Line feed, vertical tab, form feed or carriage return.
    private static func isLineEnd(_ byte: UInt8) -> Bool { (0x0A...0x0D).contains(byte) }

    /// A cell that holds several texts.
    static func cell(_ list: [String]) -> String {
        guard list.contains(where: { $0.utf8.contains(UInt8(ascii: ";")) }) else {
            return list.joined(separator: ";")
        }
        return list.map { $0 + "\n" }.joined()
    }

    private static func value(
        _ cell: String,
        _ name: String,
        _ kind: ImportBody.Kind
    ) -> JSONValue {
        switch kind {
        case .text:
            return .string(cell)
        case .number:
            if name == "permissions", let role = RoleArgument(argument: cell) {
                return .integer(role.permissions)
            }
            return Int64(cell).map { .integer($0) } ?? .string(cell)
        case .flag:
            switch ByteText(folding: cell.head(TextLimit.word)) {
            case "true", "yes", "1": return .bool(true)
            case "false", "no", "0": return .bool(false)
            default: return .string(cell)
            }
        case .list:
            return .array(list(cell).map { .string($0) })
        }
    }

    private static func unknown(_ cell: String, isOnly: Bool) -> CommandError {
        let hint =
            isOnly && cell.utf8.contains { ";\t|".utf8.contains($0) }
            ? "Put commas between the columns."
            : "The columns are \(ImportBody.fields.map(\.name).joined(separator: ", "))."
        return CommandError(
            .badInput,
            "\(cell.head(60).debugDescription) in the heading is no field of a user. \(hint)"
        )
    }
}

/// Why a record of a CSV file is no user.
struct CSVFault: Error, Equatable {
    let reason: String
}
