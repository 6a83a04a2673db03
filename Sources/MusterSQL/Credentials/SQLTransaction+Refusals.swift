package import MusterCore

extension SQLTransaction {
    package func refusals(
        from source: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> Int {
        try row(
            "SELECT count FROM refusal WHERE minute = ? AND source = ?",
            [minute.rawValue, source.text]
        ) { $0[0] } ?? 0
    }

    package func takeRefusals(
        before limit: Timestamp,
        orAfter horizon: Timestamp,
        most: Int
    ) throws(MusterError) -> [(source: LoginSource, minute: Timestamp, count: Int)] {
        let taken = try rows(
            """
            SELECT minute, source, count
            FROM refusal
            WHERE minute < ? OR minute > ?
            ORDER BY minute, source
            LIMIT ?
            """,
            [limit.rawValue, horizon.rawValue, most]
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
