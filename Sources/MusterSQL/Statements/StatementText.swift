/// The text of a statement.
///
/// Only literals, literal names, numbers and other such texts can become part of it, so that a value from outside cannot. Places for
/// values are written `?`, or `?1` where one is used more than once, so that texts can be put together; a store whose engine
/// has another form of them writes it when it sends the text.
public struct StatementText: ExpressibleByStringInterpolation, Sendable {
    /// Collects literals.
    public struct StringInterpolation: StringInterpolationProtocol {
        var sql = ""

        /// Begins with nothing.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.reserveCapacity(literalCapacity)
        }

        /// Adds what is written in the source.
        public mutating func appendLiteral(_ literal: String) {
            sql += literal
        }

        /// Adds another text.
        public mutating func appendInterpolation(_ text: StatementText) {
            sql += text.sql
        }

        /// Adds a name that is written in the source.
        public mutating func appendInterpolation(name: StaticString) {
            sql += "\(name)"
        }

        /// Adds a number.
        public mutating func appendInterpolation(number: Int) {
            sql += String(number)
        }
    }

    /// The text itself.
    public let sql: String

    /// A text that is written in the source.
    @inlinable public init(stringLiteral value: String) {
        sql = value
    }

    /// A text that is put together.
    public init(stringInterpolation: StringInterpolation) {
        sql = stringInterpolation.sql
    }

    /// Texts one after the other, with another between each two.
    public init(joining parts: [StatementText], separator: StatementText) {
        sql = parts.map(\.sql).joined(separator: separator.sql)
    }
}

extension StatementText: Hashable {
    /// Whether texts say the same; as each statement is looked up by its text, the stores see into this and into the hash.
    @inlinable public static func == (one: StatementText, other: StatementText) -> Bool {
        one.sql == other.sql
    }

    /// Feeds the length alone: to hash some 800 bytes would cost more than the statement's own work, and
    /// equal texts nearly always share their storage, which makes comparing them a matter of pointers.
    @inlinable public func hash(into hasher: inout Hasher) {
        hasher.combine(sql.utf8.count)
    }
}
