/// A value of a table, in the form that all stores share.
public enum StoredValue: Sendable, Equatable {
    /// No value.
    case null
    /// A number, or 0 and 1 for no and yes.
    case integer(Int64)
    /// A text.
    case text(String)
    /// Bytes, or the 16 of a UUID.
    case bytes([UInt8])
}

/// What a column of a table holds, where engines have more than one form for it.
public enum StoredKind: Sendable {
    /// A number.
    case integer
    /// Yes or no.
    case truth
    /// A text.
    case text
    /// Bytes.
    case bytes
    /// A UUID.
    case uuid
    /// How many rows of another table belong to this one: a store counts them by itself.
    case counted
}

/// A table that every store has which keeps a directory in tables, as it is moved from one to another.
///
/// Names are literals, so that they can become part of statements.
public struct StoredTable: Sendable {
    /// The name, in the quotation marks of SQL.
    public let name: StaticString
    /// The columns that are moved; those that a store fills by itself are not.
    public let columns: [(name: StaticString, kind: StoredKind)]
    /// The columns by which rows are told apart, and sorted as their bytes do.
    public let key: [StaticString]
    /// Whether its numbers are never given twice, so that how far they went is moved, too.
    public var isCounted = false

    /// Where the columns of the key are among all.
    public var keyPlaces: [Int] {
        key.compactMap { name in columns.firstIndex { $0.name.isSame(as: name) } }
    }

    /// All tables, those before others that refer to them.
    public static let all = users + logins + others
}

extension StaticString {
    /// Whether two literals say the same.
    public func isSame(as other: StaticString) -> Bool {
        withUTF8Buffer { mine in other.withUTF8Buffer { mine.elementsEqual($0) } }
    }
}
