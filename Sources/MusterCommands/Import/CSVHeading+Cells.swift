import MusterAPI
import MusterCore
import TextBytes
import WireJSON

extension CSVHeading {
    /// The object of a record; an empty cell says nothing.
    ///
    /// A cell that does not fit its column goes to the server as it is, which says what is wrong with it.
    ///
    /// - Returns: Nil for a record of which every cell is empty, as spreadsheets leave behind.
    /// - Throws: ``CSVFault`` where the record does not fit the heading.
    func object(_ record: CSVParser.Record) throws(CSVFault) -> JSONObject? {
        guard var cells = record.cells else { throw CSVFault(reason: record.fault ?? "") }
        guard !cells.allSatisfy(\.isEmpty) else { return nil }
        while cells.count > columns.count, cells.last?.isEmpty == true { cells.removeLast() }
        // Last columns without a heading may be left out as well as be empty.
        guard (namedCount...columns.count).contains(cells.count) else {
            throw CSVFault(
                reason:
                    "it has \(Count.text(Int64(cells.count), "cell")), and the heading has \(columns.count)"
            )
        }
        var members: [(name: String, value: JSONValue)] = []
        var parts: [(place: CSVPerson.Place, text: String)] = []
        for (index, (column, cell)) in zip(columns, cells).enumerated() where !cell.isEmpty {
            guard let column else {
                throw CSVFault(
                    reason:
                        "\(cell.quoted(40)) stands in column \(index + 1), which has no heading"
                )
            }
            if let place = column.place {
                parts.append((place, cell))
            } else {
                members.append((column.name, CSVHeading.value(cell, column.name, column.kind)))
            }
        }
        return CSVPerson.object(members, parts)
    }

    /// The texts of a cell that holds several: one on each line, with all its blanks, or all on one with semicolons
    /// between, and blanks after them that belong to none.
    static func list(_ cell: String) -> [String] {
        let bytes = cell.utf8
        guard !bytes.contains(where: isLineEnd) else {
            return bytes.split(whereSeparator: isLineEnd).map { String(Substring($0)) }
        }
        return bytes.split(separator: UInt8(ascii: ";"))
            .map { String(Substring($0.drop { $0 == UInt8(ascii: " ") })) }
            .filter { !$0.isEmpty }
    }

    /// Line feed, vertical tab, form feed or carriage return.
    private static func isLineEnd(_ byte: UInt8) -> Bool { (0x0A...0x0D).contains(byte) }

    /// A cell that holds several texts, on lines of their own where one has what would be lost beside semicolons.
    static func cell(_ list: [String]) -> String {
        let needsLines = list.contains { text in
            text.utf8.contains(UInt8(ascii: ";")) || text.utf8.first == UInt8(ascii: " ")
        }
        return needsLines ? list.map { $0 + "\n" }.joined() : list.joined(separator: ";")
    }

    private static func value(
        _ cell: String,
        _ name: String,
        _ kind: ImportBody.Kind
    ) -> JSONValue {
        switch kind {
        case .text:
            return .string(cell)
        case .object:
            return (try? JSONValue(parsing: Array(cell.utf8))) ?? .string(cell)
        case .number:
            if name == "permissions" {
                if let role = RoleArgument(argument: cell) { return .integer(role.permissions) }
            } else if name != "timeout", let mask = mask(cell) {
                return .integer(mask)
            }
            return Int64(cell).map { .integer($0) } ?? .string(cell)
        case .moment:
            if let number = Int64(cell) { return .integer(number) }
            // A span would be another moment whenever the file is read.
            if ByteText(folding: cell.head(TextLimit.word)) == "never" { return .null }
            return Timestamp(text: cell).map { .integer($0.rawValue) } ?? .string(cell)
        case .flag:
            switch ByteText(folding: cell.head(TextLimit.word)) {
            case "true", "yes", "1": return .bool(true)
            case "false", "no", "0": return .bool(false)
            default: return .string(cell)
            }
        case .list:
            if name == "hosts", let hosts = HostsArgument(argument: cell), hosts.networks.isEmpty {
                return .array([])
            }
            let texts = list(cell)
            // Blanks and semicolons alone are no word for anywhere; the server refuses them.
            if name == "hosts", texts.isEmpty { return .array([.string(cell)]) }
            return .array(texts.map { .string($0) })
        }
    }

    /// A mask as the command line takes it, with the names that this program knows; nil if it is none.
    private static func mask(_ cell: String) -> Int64? {
        guard cell.utf8.count <= TextLimit.field,
            let mask = MaskArgument(argument: list(cell).joined(separator: ","))
        else { return nil }
        return try? mask.bits(MaskBitRecord.known)
    }
}
