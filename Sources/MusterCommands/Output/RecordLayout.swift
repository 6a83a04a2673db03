import WireJSON

/// One column of a table of records.
struct Column: Sendable {
    /// What stands above it.
    let title: String
    /// What a record has in it.
    let cell: @Sendable (JSONObject) -> Table.Cell

    /// A column that shows a field as it is.
    init(_ title: String, _ path: String) {
        self.init(title) { Table.Cell($0.value(at: path)?.plainText ?? "") }
    }

    /// A column that is worked out from the record.
    init(_ title: String, _ cell: @escaping @Sendable (JSONObject) -> Table.Cell) {
        self.title = title
        self.cell = cell
    }

    /// A column that shows a field of milliseconds since 1970 as a time.
    static func time(_ title: String, _ path: String) -> Column {
        Column(title) { Table.Cell(TimeText.text($0.integer(path))) }
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

    init(
        _ noun: String,
        id: String = "id",
        columns: [Column],
        details: [Column]? = nil,
        fields: [CSVField]
    ) {
        self.noun = noun
        self.id = id
        self.columns = columns
        self.details = details ?? columns
        self.fields = fields
    }
}
