import MusterAPI
import MusterClient
import WireJSON

/// How the lines of an export are written.
struct ExportedLine {
    /// The fields of CSV; nil for JSON lines, as the server gives them out.
    let fields: [(name: String, kind: ImportBody.Kind)]?
    /// Whether a terminal shows them, on which nothing that a server says may act.
    let isForTerminal: Bool

    /// What comes before the first line.
    var heading: [UInt8] { fields.map { Array(CSVText.line($0.map(\.name)).utf8) } ?? [] }

    /// The bytes of a line, with its end.
    ///
    /// - Throws: ``CommandError`` where it holds no user and has to be read.
    func bytes(of line: [UInt8]) throws(CommandError) -> [UInt8] {
        // To read each would take as long as all else.
        guard fields != nil || isForTerminal else { return line + [UInt8(ascii: "\n")] }
        guard let user = ExportedLine.user(in: line) else { throw ExportedLine.stranger }
        guard let fields else { return Array((JSONText.line(.object(user)) + "\n").utf8) }
        let cells = fields.map { field in
            field.kind == .list
                ? CSVHeading.cell(user.texts(field.name))
                : user[field.name]?.plainText ?? ""
        }
        return Array(CSVText.line(isForTerminal ? cells.map(SafeText.escaped) : cells).utf8)
    }

    /// The user in a line; nil if it holds none.
    static func user(in line: [UInt8]) -> JSONObject? {
        guard case .object(let object)? = try? JSONValue(parsing: line),
            object.text("username") != nil
        else { return nil }
        return object
    }

    /// Says that a line holds no user.
    static let stranger = CommandError(
        .protocolMismatch,
        "The answer is not what a Muster server says. Check the address."
    )
}
