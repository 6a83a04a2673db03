/// The text of a statement.
///
/// Only literals, literal names, numbers and other such texts can become part of it, so that a value from outside cannot. Places for
/// values are written `?`, or `?1` where one is used more than once, so that texts can be put together; a store whose engine
/// has another form of them writes it when it sends the text.
package struct StatementText: ExpressibleByStringInterpolation, Sendable {
    /// Collects literals.
    package struct StringInterpolation: StringInterpolationProtocol {
        var sql = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql.reserveCapacity(literalCapacity)
        }

        package mutating func appendLiteral(_ literal: String) {
            sql += literal
        }

        package mutating func appendInterpolation(_ text: StatementText) {
            sql += text.sql
        }

        package mutating func appendInterpolation(name: StaticString) {
            sql += "\(name)"
        }

        package mutating func appendInterpolation(number: Int) {
            sql += String(number)
        }
    }

    package let sql: String

    package init(stringLiteral value: String) {
        sql = value
    }

    package init(stringInterpolation: StringInterpolation) {
        sql = stringInterpolation.sql
    }

    package init(joining parts: [StatementText], separator: StatementText) {
        sql = parts.map(\.sql).joined(separator: separator.sql)
    }
}

extension StatementText: Hashable {
    /// Feeds the length alone: to hash some 800 bytes would cost more than the statement's own work, and
    /// equal texts nearly always share their storage, which makes comparing them a matter of pointers.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(sql.utf8.count)
    }
}
