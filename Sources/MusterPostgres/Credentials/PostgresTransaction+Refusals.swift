import MusterCore
import MusterSQL

extension PostgresTransaction {
    func countRefusal(
        from source: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> Int {
        try written(
            """
            INSERT INTO refusal (minute, source, count)
            VALUES (?, ?, 1)
            ON CONFLICT (minute, source) DO UPDATE SET count = refusal.count + 1
            RETURNING count
            """,
            [minute.rawValue, source.text]
        ) { $0[0] } ?? 0
    }
}
