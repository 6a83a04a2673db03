import MusterCore
import MusterSQL

/// Looks at a database before it is used, and brings its schema up to date.
struct PostgresOpening {
    /// The oldest version that will do, as the engine counts them.
    static let oldest: Int64 = 130_000
    /// The lock under which one process at a time brings the schema up to date.
    private static let lock: Int64 = 0x4d75_7374_6572_0002

    /// How long a node waits while another one brings the schema up to date, and each of its own steps may take: an index over
    /// many millions of users takes minutes.
    private static let patience = Duration.seconds(1800)

    /// How long a node that starts tries to be let in by an engine that is slow, as on a machine that starts, too; one that refuses
    /// does so at once.
    private static let knocking = (each: Duration.seconds(1), all: Duration.seconds(10))

    /// How often it is tried to bring the schema up to date while others use its tables.
    ///
    /// Each try waits for a table for half a second, and no longer, since everybody who reads that table waits behind it.
    var tries = 20

    let place: PostgresPlace
    let digester: any Digester
    var migrations: [Migration] = Migration.all
    var oldest = PostgresOpening.oldest
    var purpose = PostgresPurpose.creating

    /// Opens the connection of a link, and the directory behind it.
    ///
    /// - Throws: ``MusterError`` with code `store.too_new`, `directory.missing` or `store.unavailable`.
    func open(_ link: PostgresLink) throws(MusterError) {
        try place.address.requirePasswordFile()
        let connection: PostgresConnection
        do {
            connection = try connect(link)
        } catch {
            if isMixedUp(error) { throw pooled(error) }
            let said = (error as? PostgresError)?.message ?? "\(error)"
            throw refusal(
                "The database at \(place.address.hosts) cannot be reached: \(said)",
                error
            )
        }
        do {
            try requireOwnProcess(connection)
            try look(connection)
            try bringUp(connection, tries: purpose == .looking ? 1 : tries)
        } catch let error as MusterError {
            connection.rollBack()
            throw error
        } catch {
            connection.rollBack()
            throw refused(error)
        }
    }

    private func connect(_ link: PostgresLink) throws -> PostgresConnection {
        let begun = ContinuousClock.now
        while true {
            let tried = ContinuousClock.now
            do {
                return try link.connection()
            } catch {
                let knocking = PostgresOpening.knocking
                guard purpose == .serving, tried.duration(to: .now) >= knocking.each,
                    begun.duration(to: .now) < knocking.all
                else { throw error }
                link.wait()
            }
        }
    }

    /// Refuses what the program cannot work with.
    private func look(_ connection: PostgresConnection) throws {
        let facts = try connection.rows(
            """
            SELECT current_setting('server_version_num')::bigint, current_setting('server_version')::text,
                current_setting('server_encoding')::text, pg_is_in_recovery(),
                current_setting('transaction_read_only')::text,
                current_setting('fsync')::text, current_setting('full_page_writes')::text
            """
        ) { row in
            (
                number: row[0] as Int64, version: row[1] as String, encoding: row[2] as String,
                isStandby: row[3] as Bool, readOnly: row[4] as String,
                writes: [row[5] as String, row[6]]
            )
        }
        guard let facts = facts.first else { return }
        guard facts.number >= oldest else {
            throw refusal(
                "The database's server is PostgreSQL \(facts.version); 13 or newer is needed."
            )
        }
        guard facts.encoding == "UTF8" else {
            throw refusal(
                "The database has the encoding \(facts.encoding); make one with UTF8: createdb --encoding=UTF8 "
                    + "--template=template0."
            )
        }
        guard !facts.isStandby, facts.readOnly == "off" else {
            throw refusal(
                "The database can only be read: it is a standby, or its operator has made it read-only. Name all servers "
                    + "in store.postgres.url, so that the one that can be written is found."
            )
        }
        guard place.acceptsLoss || !facts.writes.contains("off") else {
            throw refusal(
                "The database's server runs with fsync or full_page_writes off, so that a crash may lose what was "
                    + "acknowledged. Turn both on."
            )
        }
    }

    /// Brings the schema up to date, again where others use its tables at the time.
    private func bringUp(_ connection: PostgresConnection, tries: Int) throws {
        for _ in 1..<tries {
            do {
                return try bringUp(connection)
            } catch let error as PostgresError where error.state == "55P03" {
                connection.rollBack()
                PostgresGroup.pause()
            }
        }
        try bringUp(connection)
    }

    /// Applies the steps that are missing, all in one transaction, while no other process does.
    private func bringUp(_ connection: PostgresConnection) throws {
        let usual = connection.patience
        connection.patience = max(usual, PostgresOpening.patience)
        defer { connection.patience = usual }
        try connection.send("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        if purpose != .looking {
            try connection.runScript("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
        }
        try connection.send("SELECT pg_advisory_xact_lock(?::bigint)", [PostgresOpening.lock])
        try makeRecord(connection)
        let applied = try connection.rows(
            "SELECT number, digest FROM schema_migration ORDER BY number"
        ) { row in (number: row[0] as Int64, digest: row[1] as String) }
        if let last = applied.last, last.number > Int64(migrations.count) {
            throw MusterError(
                .storeTooNew,
                "The database was made by a newer version of muster: its schema is number \(last.number), this program "
                    + "knows \(migrations.count). Install the newer version. To go back to this one, stop all nodes and put the dump "
                    + "that was made before the upgrade in the place of what is there: psql --dbname=\(place.address.typed) "
                    + "--command='DROP SCHEMA muster CASCADE' && pg_restore --single-transaction "
                    + "--dbname=\(place.address.typed) DUMP"
            )
        }
        for (step, migration) in zip(applied, migrations) {
            guard step.number == migration.number, step.digest == digest(migration) else {
                throw refusal(
                    "Schema step \(migration.number) (\(migration.name)) is not the one that made this database."
                )
            }
        }
        for migration in migrations.dropFirst(applied.count) where purpose != .looking {
            try connection.runScript("SET LOCAL lock_timeout = '500ms'")
            try connection.runScript(migration.sql)
            try connection.send(
                "INSERT INTO schema_migration (number, name, digest) VALUES (?, ?, ?)",
                [migration.number, migration.name, digest(migration)]
            )
        }
        try connection.settle()
        guard try connection.finish("COMMIT") == "COMMIT" else {
            throw PostgresError(.statement, "the schema could not be brought up to date")
        }
    }

    /// Makes the schema and the record of its steps where nothing is there; refuses a database that has something else.
    private func makeRecord(_ connection: PostgresConnection) throws {
        let found = try connection.rows(
            """
            SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = ?1),
                EXISTS (SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                        WHERE n.nspname = ?1 AND c.relname = 'schema_migration'),
                -- In any schema but the engine's own, and those that another muster has; what extensions bring is nobody's.
                (SELECT min(CASE WHEN n.nspname IN (?1, 'public') THEN '' ELSE n.nspname || '.' END || c.relname)
                 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                 WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                     AND (n.nspname = ?1 OR NOT EXISTS (
                         SELECT FROM pg_class AS o
                         WHERE o.relnamespace = n.oid AND o.relname = 'schema_migration'))
                     AND NOT EXISTS (
                         SELECT FROM pg_depend AS d
                         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')),
                has_database_privilege(current_database(), 'CREATE'),
                coalesce(has_schema_privilege(to_regnamespace(?1)::oid, 'USAGE'), true)
            """,
            [place.schema]
        ) { row in
            (
                schema: row[0] as Bool, record: row[1] as Bool, table: row[2] as String?,
                mayMake: row[3] as Bool, mayUse: row[4] as Bool
            )
        }
        guard let found = found.first else { return }
        guard found.mayUse else {
            throw refusal(
                "The database's role lacks a right: it may not use the schema muster. As its owner, run: GRANT USAGE ON SCHEMA "
                    + "muster TO …"
            )
        }
        guard !found.record else { return }
        if let table = found.table {
            throw refusal(
                "The database belongs to something else: it has a table \"\(table)\" and none of muster's. Make one for "
                    + "muster alone."
            )
        }
        guard found.schema || found.mayMake else {
            throw refusal(
                "The database's role lacks a right: it may not make a schema in this database, which it has to own: ALTER "
                    + "DATABASE … OWNER TO muster."
            )
        }
        guard purpose == .creating else {
            throw MusterError(
                .directoryMissing,
                "There is no directory in the database yet. Run: muster init --store postgres --admin admin@example.com"
            )
        }
        if !found.schema { try connection.runScript("CREATE SCHEMA muster") }
        try connection.runScript(
            """
            CREATE TABLE schema_migration (
                number bigint PRIMARY KEY,
                name text NOT NULL,
                digest text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """
        )
    }

    private func digest(_ migration: Migration) -> String {
        Hex.text(digester.digest(migration.sql.sql.utf8).bytes)
    }

    func refusal(_ text: String, _ cause: (any Error)? = nil) -> MusterError {
        MusterError(.storeUnavailable, text, cause: cause)
    }

    /// What is said of a step that the engine has refused.
    private func refused(_ error: any Error) -> MusterError {
        guard let error = error as? PostgresError else {
            return refusal("The database cannot be opened.", error)
        }
        guard !isMixedUp(error) else { return pooled(error) }
        return switch error.state {
        case "42501":
            refusal(
                "The database's role lacks a right: \(error.message). It has to own the database: ALTER DATABASE … OWNER "
                    + "TO muster.",
                error
            )
        case "25006": refusal("The database can only be read: \(error.message).", error)
        case "55P03":
            refusal(
                "The schema cannot be brought up to date while somebody else uses its tables. Try again.",
                error
            )
        default: refusal("The database cannot be opened: \(error.message).", error)
        }
    }
}
