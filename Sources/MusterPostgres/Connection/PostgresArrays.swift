import FoundationEssentials
import MusterSQL

/// A type of the engine of which many values can go into one argument.
enum PostgresType: Sendable {
    case bigint
    case boolean
    case text
    case bytea
    case uuid

    /// The type's number (`pg_type.oid`).
    var number: UInt32 {
        switch self {
        case .bigint: Int64.type
        case .boolean: Bool.type
        case .text: String.type
        case .bytea: [UInt8].type
        case .uuid: UUID.type
        }
    }

    /// The place of many of its values in a statement.
    var place: StatementText {
        switch self {
        case .bigint: "?::bigint[]"
        case .boolean: "?::boolean[]"
        case .text: "?::text[]"
        case .bytea: "?::bytea[]"
        case .uuid: "?::uuid[]"
        }
    }
}

/// Many values of one type in one place, as `= ANY (?)` and `unnest` take them: an array of one dimension in the engine's binary
/// form (`array_recv`): its dimensions, whether one is NULL, the type, then how many there are, from which number on, and
/// each with its length.
private func arrayForm(_ type: UInt32, _ values: [(any SQLArgument)?]) -> [UInt8] {
    var form: [UInt8] = []
    form.reserveCapacity(20 + 16 * values.count)
    func append(_ value: Int) {
        withUnsafeBytes(of: Int32(truncatingIfNeeded: value).bigEndian) { form += $0 }
    }
    append(values.isEmpty ? 0 : 1)
    append(values.contains { $0 == nil } ? 1 : 0)
    append(Int(type))
    guard !values.isEmpty else { return form }
    append(values.count)
    append(1)
    for value in values {
        if let value { value.sqlValue.appendMeasured(to: &form) } else { append(-1) }
    }
    return form
}

/// Values of one type as one argument.
struct PostgresArray<Value: PostgresValue>: SQLArgument {
    /// The array's form, which is sent as it is.
    let sqlValue: SQLValue

    init(_ values: [Value]) {
        sqlValue = .bytes(arrayForm(Value.type, values))
    }
}

/// A column of many rows as one argument: so one statement writes all of them.
struct PostgresColumn: SQLArgument {
    /// The array's form, which is sent as it is.
    let sqlValue: SQLValue

    /// The columns of rows whose values are in the order of their types.
    static func columns(
        of rows: [[(any SQLArgument)?]],
        _ types: [PostgresType]
    ) -> [(any SQLArgument)?] {
        types.enumerated().map { place, type in
            PostgresColumn(sqlValue: .bytes(arrayForm(type.number, rows.map { $0[place] })))
        }
    }

    /// A place for each column.
    static func places(_ types: [PostgresType]) -> StatementText {
        StatementText(joining: types.map(\.place), separator: ", ")
    }
}

extension PostgresTransaction {
    /// How many rows one statement writes: so many that what it costs by itself does not count, and few enough that it is
    /// answered long before anybody loses patience.
    static let rowsAtOnce = 500

    /// Hands over many, so many at a time as one statement writes.
    static func inParts<Element, Failure: Error>(
        _ elements: [Element],
        _ body: (ArraySlice<Element>) throws(Failure) -> Void
    ) throws(Failure) {
        for start in stride(from: 0, to: elements.count, by: rowsAtOnce) {
            try body(elements[start..<min(start + rowsAtOnce, elements.count)])
        }
    }
}
