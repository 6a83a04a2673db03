import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres
@testable import MusterSQLite

@Suite("The columns of users in PostgreSQL")
struct ColumnCensusTests {
    /// Those of SQLite, which the census of a user's fields holds against its rows.
    private func columnsInSQLite() async throws -> Set<String> {
        let folder = try TemporaryFolder()
        let key = MasterKey.random()
        let path = folder.file("muster.sqlite")
        let store = try SQLiteStore(
            path: path,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        let database = try DatabaseInspection(
            path: path,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        let names: [String] = try database.read { transaction throws(MusterError) in
            try transaction.rows("SELECT name FROM pragma_table_info('user')", []) { $0[0] }
        }
        try store.close()
        return Set(names)
    }

    @Test("each field of a user that SQLite has a column for has one here, and there is no other")
    func same() async throws {
        let place = try PostgresServer.shared.get().makePlace()
        let store = try await PostgresServer.shared.get().open(place)
        let connection = try PostgresServer.shared.get().connection()
        let names: [String] = try connection.rows(
            """
            SELECT column_name::text FROM information_schema.columns
            WHERE table_schema = ? AND table_name = 'user'
            """,
            [place.schema]
        ) { $0[0] }
        connection.close()
        try await store.close()
        #expect(names.count > 20)
        // SQLite keeps the count beside the user; here it is counted where it is asked for.
        #expect(Set(names) == (try await columnsInSQLite()).subtracting(["factor_count"]))
    }
}
