/// Rows of one table in one piece of memory, for tables of which millions are moved: a value of its own for each would take
/// longer than all that is done with it.
public struct StoredRows: Sendable {
    /// A value.
    ///
    /// Texts and bytes are where they came in.
    public enum Cell: Sendable, Equatable {
        /// No value.
        case null
        /// A number, or 0 and 1 for no and yes.
        case integer(Int64)
        /// A text, of so many bytes of UTF-8 from a place on.
        case text(from: Int32, count: Int32)
        /// Bytes, or the 16 of a UUID.
        case bytes(from: Int32, count: Int32)
    }

    /// What the cells refer to.
    public let bytes: [UInt8]
    /// The cells, row after row.
    public let cells: [Cell]
    /// How many cells a row has.
    public let width: Int

    /// Puts rows together.
    ///
    /// Where the cells are not whole rows, what is left over does not count; where one refers to what is not there, whoever
    /// writes the rows is refused.
    ///
    /// - Parameters:
    ///   - bytes: What the cells refer to.
    ///   - cells: The cells, row after row.
    ///   - width: How many cells a row has, at least 1.
    public init(bytes: [UInt8], cells: [Cell], width: Int) {
        self.bytes = bytes
        self.cells = cells
        self.width = max(1, width)
    }

    /// How many rows there are.
    public var count: Int { cells.count / width }
}
