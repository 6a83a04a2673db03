import MusterCore
import MusterSQL

extension PostgresTransaction {
    /// How many users are asked so that their answers stand for all.
    private static let sample = 500

    func userTotal(_ query: UserQuery) throws(MusterError) -> ListTotal {
        guard !query.hasNUL else { return ListTotal(0) }
        let (conditions, arguments) = Self.conditions(query)
        guard !conditions.isEmpty else { return ListTotal(try userCount()) }
        if let id = query.group, conditions.count == 1 {
            return ListTotal(try group(.id(id))?.userCount ?? 0)
        }
        let count: Int?
        if let prefix = query.prefix, conditions.count == 1 {
            count = try userCount(beginningWith: prefix, upTo: ListTotal.usualLimit + 1)
        } else {
            count = try row(
                """
                SELECT count(*) FROM (
                    SELECT 1 FROM "user" AS u \(Self.filter(conditions)) LIMIT ?::bigint
                ) AS found
                """,
                arguments + [ListTotal.usualLimit + 1]
            ) { $0[0] }
        }
        guard let count, count > ListTotal.usualLimit else { return ListTotal(count ?? 0) }
        // As many as there are if all users are as some, whose numbers are equally far apart.
        let (each, values) = Self.conditions(query, ofEach: true)
        let (asked, met): (Int, Int) =
            try row(
                """
                SELECT count(*), count(*) FILTER (
                    WHERE \(StatementText(joining: each, separator: " AND "))
                )
                FROM (SELECT min(id) AS first, max(id) AS last FROM "user") AS span
                CROSS JOIN LATERAL generate_series(
                    span.first, span.last, greatest(1, (span.last - span.first) / ?::bigint)
                ) AS sample (id)
                JOIN "user" AS u ON u.id = sample.id
                """,
                [Self.sample] + values
            ) { ($0[0], $0[1]) } ?? (0, 0)
        let share = Double(met) / Double(max(asked, 1))
        return ListTotal(max(count, Int(Double(try userCount()) * share)), isEstimate: true)
    }
}
