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
}
