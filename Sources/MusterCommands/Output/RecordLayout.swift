import FoundationEssentials
import MusterCore
import TextBytes
import WireJSON

/// One column of a table of records.
struct Column: Sendable {
    /// What stands above it.
    let title: String
    /// How far it may be cut where the terminal is narrow.
    let shrinking: Table.Shrinking
    /// What a record has in it.
    let cell: @Sendable (JSONObject) -> Table.Cell

    /// What people are told apart by.
    private static let names = ["username", "target.name"]
    /// How much of it stays while anything else can be cut.
    static let nameWidth = 16
    /// The day of a time, and the ellipsis after it.
    private static let dayWidth = 11

    /// A column that shows a field as it is; ids say nothing in part.
    init(_ title: String, _ path: String) {
        let shrinking: Table.Shrinking =
            if ["id", "fingerprint", "host"].contains(path) {
                .last
            } else {
                Column.names.contains(path) ? .downTo(Column.nameWidth) : .first
            }
        self.init(title, shrinking: shrinking) {
            Table.Cell($0.value(at: path)?.plainText ?? "")
        }
    }

    /// A column that is worked out from the record.
    init(
        _ title: String,
        shrinking: Table.Shrinking = .first,
        _ cell: @escaping @Sendable (JSONObject) -> Table.Cell
    ) {
        self.title = title
        self.shrinking = shrinking
        self.cell = cell
    }

    /// A column that shows a time, which has been made a text by ``RecordLayout/withTimes(_:_:_:)``.
    static func time(_ title: String, _ path: String) -> Column {
        Column(title, shrinking: .downTo(dayWidth)) {
            Table.Cell($0.value(at: path)?.plainText ?? "")
        }
    }

    /// A column that says yes or no.
    static func flag(_ title: String, _ path: String) -> Column {
        Column(title) { Table.Cell($0.flag(path) ? "yes" : "no") }
    }
}

/// One field of a line of CSV.
struct CSVField: Sendable, ExpressibleByStringLiteral {
    /// What stands above it.
    let name: String
    /// What a record has in it.
    let text: @Sendable (JSONObject) -> String

    /// A field under the name that it has on the wire, `two_factor.required`.
    init(stringLiteral path: String) {
        self.init(path) { $0.value(at: path)?.cellText ?? "" }
    }

    /// A field that is worked out from the record.
    init(_ name: String, _ text: @escaping @Sendable (JSONObject) -> String) {
        self.name = name
        self.text = text
    }
}

/// How one kind of record is shown.
struct RecordLayout: Sendable {
    /// What several of them are called.
    let noun: String
    /// The field that names a record.
    let id: String
    /// The columns of a list.
    let columns: [Column]
    /// The lines of a single record.
    let details: [Column]
    /// The fields of a line of CSV.
    let fields: [CSVField]
    /// What becomes of what is wider than the terminal, in a list.
    let overflow: Table.Overflow

    init(
        _ noun: String,
        id: String = "id",
        columns: [Column],
        details: [Column]? = nil,
        fields: [CSVField],
        overflow: Table.Overflow = .cut
    ) {
        self.noun = noun
        self.id = id
        self.columns = columns
        self.details = details ?? columns
        self.fields = fields
        self.overflow = overflow
    }

    /// The fields of all records that hold times.
    private static let times: Set<ByteText> = [
        "received", "last_login", "last_login_failure", "last_key_use", "created_at", "changed_at",
        "expires_at", "added_at", "last_seen_at", "last_used_at", "taken_at", "backup_taken_at",
        "last_message_at", "waiting_message_since", "waiting_message_until",
    ]

    /// The record with its times written as they are asked for.
    ///
    /// - Parameters:
    ///   - record: The record, with times in milliseconds since 1970 or as the audit log writes them.
    ///   - style: What was asked for; nil is the local zone in tables, and otherwise what the server says.
    ///   - format: How the record is written.
    /// - Returns: The record.
    func withTimes(_ record: JSONObject, _ style: TimeStyle?, _ format: OutputFormat) -> JSONObject
    {
        guard style != nil || format == .table else { return record }
        return JSONObject(
            record.members.map { name, value in
                guard RecordLayout.times.contains(ByteText(name)) else { return (name, value) }
                return (name, RecordLayout.time(value, style))
            }
        )
    }

    private static func time(_ value: JSONValue, _ style: TimeStyle?) -> JSONValue {
        let moment: Int64? =
            switch value {
            case .integer(let milliseconds): milliseconds
            case .string(let text): Timestamp(text: text)?.rawValue
            default: nil
            }
        guard let moment else { return value }
        return switch style {
        case .epoch: .integer(moment)
        case .iso: .string(TimeText.text(moment))
        case nil: .string(TimeText.local(moment))
        }
    }
}
