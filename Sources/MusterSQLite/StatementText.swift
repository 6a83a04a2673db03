/// The text of a statement.
///
/// Only literals and other such texts can become part of it, so that a value from outside cannot.
struct StatementText: ExpressibleByStringInterpolation, Sendable {
    /// Collects literals.
    struct StringInterpolation: StringInterpolationProtocol {
        var sql = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            sql.reserveCapacity(literalCapacity)
        }

        mutating func appendLiteral(_ literal: String) {
            sql += literal
        }

        mutating func appendInterpolation(_ text: StatementText) {
            sql += text.sql
        }
    }

    let sql: String

    init(stringLiteral value: String) {
        sql = value
    }

    init(stringInterpolation: StringInterpolation) {
        sql = stringInterpolation.sql
    }

    init(joining parts: [StatementText], separator: StatementText) {
        sql = parts.map(\.sql).joined(separator: separator.sql)
    }
}
