/// The text of a statement.
///
/// Only literals, literal names, numbers and other such texts can become part of it, so that a value from outside cannot. Places for
/// values are written `?`, or `?1` where one is used more than once, so that texts can be put together; what the engine
/// is sent has its own form of them (``numbered``).
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

    /// The text with places `$1`, `$2` and so on
    /// (https://www.postgresql.org/docs/15/sql-prepare.html).
    var numbered: String {
        var text: [UInt8] = []
        var count = 0
        let bytes = Array(sql.utf8)
        for (place, byte) in bytes.enumerated() {
            guard byte == UInt8(ascii: "?") else {
                text.append(byte)
                continue
            }
            text.append(UInt8(ascii: "$"))
            let next = place + 1 < bytes.count ? bytes[place + 1] : 0
            guard !(UInt8(ascii: "1")...UInt8(ascii: "9")).contains(next) else { continue }
            count += 1
            text += String(count).utf8
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension StatementText: Hashable {
    /// Feeds the length alone: equal texts nearly always share their storage, which makes comparing them cheap.
    func hash(into hasher: inout Hasher) {
        hasher.combine(sql.utf8.count)
    }
}
