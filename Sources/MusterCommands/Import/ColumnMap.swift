import ArgumentParser
import TextBytes

/// What one column of a CSV file stands for, on the command line: `Login=username`.
struct ColumnMap: ExpressibleByArgument, Sendable {
    /// The heading of the column.
    let column: String
    /// The field.
    let field: String

    init?(argument: String) {
        // The field has no =, and a heading may.
        guard let sign = argument.utf8.lastIndex(of: UInt8(ascii: "=")) else { return nil }
        column = String(argument[..<sign])
        field = String(argument[argument.utf8.index(after: sign)...])
        guard !column.isEmpty, !field.isEmpty else { return nil }
    }
}
