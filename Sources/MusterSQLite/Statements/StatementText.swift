/// The text of a statement.
///
/// Only literals, literal names, numbers and other such texts can become part of it, so that a value from outside cannot.
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

        mutating func appendInterpolation(name: StaticString) {
            sql += "\(name)"
        }

        mutating func appendInterpolation(number: Int) {
            sql += String(number)
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

extension StatementText: Hashable {
    /// Feeds the length alone: to hash some 800 bytes would cost more than the statement's own work, and
    /// equal texts nearly always share their storage, which makes comparing them a matter of pointers.
    func hash(into hasher: inout Hasher) {
        hasher.combine(sql.utf8.count)
    }
}
