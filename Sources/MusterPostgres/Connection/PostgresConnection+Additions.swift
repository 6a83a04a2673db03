import MusterSQL

/// How rows are added to a table, one by itself or many at once.
struct PostgresInsertion: Sendable {
    /// Adds one row, whose values are in its places.
    let one: StatementText
    /// Adds many rows, in their order; the columns are in its places.
    let many: StatementText
    /// What the columns hold.
    let types: [PostgresType]
    /// Takes the rows as the engine has written them, for the node's copy; nil where nobody wants them.
    var keep: (@Sendable (GroupMemory, OpaquePointer) throws -> Void)?
}

/// Rows that the present transaction adds to tables and that are not sent yet, each kind by itself.
///
/// They go out ahead of whatever is sent next, as one statement for each table: the engine takes half the time for a row that
/// comes with others. So nothing that is read or written later misses them; the tables must not refer to each other.
struct PendingAdditions {
    /// How many rows wait for others before they are sent.
    static let limit = PostgresTransaction.rowsAtOnce

    private(set) var all: [(insertion: PostgresInsertion, rows: [[(any SQLArgument)?]])] = []

    /// Adds a row.
    ///
    /// - Returns: Whether there are so many now that they are sent.
    mutating func add(_ row: [(any SQLArgument)?], by insertion: PostgresInsertion) -> Bool {
        if let place = all.firstIndex(where: { $0.insertion.one == insertion.one }) {
            all[place].rows.append(row)
            return all[place].rows.count >= PendingAdditions.limit
        }
        all.append((insertion, [row]))
        return false
    }
}

extension PostgresInsertion {
    /// The statement that adds some rows, and what stands in its places.
    func statement(
        for rows: [[(any SQLArgument)?]]
    ) -> (text: StatementText, arguments: [(any SQLArgument)?]) {
        if rows.count == 1, let row = rows.first { return (one, row) }
        return (many, PostgresColumn.columns(of: rows, types))
    }
}
