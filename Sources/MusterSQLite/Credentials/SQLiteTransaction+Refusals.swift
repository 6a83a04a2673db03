import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func countRefusal(
        from source: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> Int {
        try run(
            """
            INSERT INTO refusal (minute, source, count)
            VALUES (?, ?, 1)
            ON CONFLICT (minute, source) DO UPDATE SET count = count + 1
            """,
            [minute.rawValue, source.text]
        )
        return try refusals(from: source, in: minute)
    }

    func refusals(
        from source: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> Int {
        try row(
            "SELECT count FROM refusal WHERE minute = ? AND source = ?",
            [minute.rawValue, source.text]
        ) { $0[0] } ?? 0
    }

    func takeRefusals(
        before limit: Timestamp,
        most: Int
    ) throws(MusterError) -> [(source: LoginSource, minute: Timestamp, count: Int)] {
        let taken = try rows(
            """
            SELECT minute, source, count
            FROM refusal
            WHERE minute < ?
            ORDER BY minute, source
            LIMIT ?
            """,
            [limit.rawValue, most]
        ) { row in
            (
                source: LoginSource(stored: row[1]), minute: Timestamp(rawValue: row[0]),
                count: row[2] as Int
            )
        }
        for (source, minute, _) in taken {
            try run(
                "DELETE FROM refusal WHERE minute = ? AND source = ?",
                [minute.rawValue, source.text]
            )
        }
        return taken
    }
}
