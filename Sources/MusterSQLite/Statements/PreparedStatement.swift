import CSQLiteSetup
import MusterSQL

/// A statement that SQLite has compiled, ready to run again and again.
///
/// Belongs to one ``SQLiteHandle`` and is used by whoever uses that.
final class PreparedStatement {
    let pointer: OpaquePointer
    let connection: OpaquePointer
    private let sql: String

    /// Compiles a statement.
    ///
    /// - Throws: ``SQLiteError`` where SQLite does not understand it.
    init(_ text: StatementText, on connection: OpaquePointer) throws {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(
            connection,
            text.sql,
            -1,
            UInt32(SQLITE_PREPARE_PERSISTENT),
            &pointer,
            nil
        )
        guard code == SQLITE_OK, let pointer else {
            throw SQLiteError(code, on: connection, sql: text.sql)
        }
        self.pointer = pointer
        self.connection = connection
        sql = text.sql
    }

    deinit {
        sqlite3_finalize(pointer)
    }

    /// Runs the statement and hands each row to `body`, until there are no more or it returns false.
    ///
    /// - Throws: ``SQLiteError``, or what `body` throws.
    func run(
        _ arguments: [(any SQLArgument)?],
        _ body: (SQLiteRow) throws -> Bool = { _ in true }
    ) throws {
        try run { places in
            for argument in arguments { places.bindBoxed(argument) }
        } rows: {
            try body($0)
        }
    }

    /// Runs the statement with values that `bind` puts into its places, as ``run(_:_:)``.
    ///
    /// For what is written a million times: values of known types go into their places without being boxed.
    ///
    /// - Throws: ``SQLiteError``, or what `body` throws.
    func run(
        binding bind: (inout StatementPlaces) -> Void,
        rows body: (SQLiteRow) throws -> Bool = { _ in true }
    ) throws {
        try StatementPlaces.with(of: pointer) { places in
            bind(&places)
            precondition(places.count == sqlite3_bind_parameter_count(pointer))
            guard places.code == SQLITE_OK else {
                throw SQLiteError(places.code, on: connection, sql: sql)
            }
            try step(body)
        }
    }

    private func step(_ body: (SQLiteRow) throws -> Bool) throws {
        while true {
            switch sqlite3_step(pointer) {
            case SQLITE_ROW:
                guard try body(SQLiteRow(pointer)) else { return }
            case SQLITE_DONE:
                return
            case let code:
                throw SQLiteError(code, on: connection, sql: sql)
            }
        }
    }
}
