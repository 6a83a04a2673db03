import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func userCount() throws(MusterError) -> Int {
        let count: Int? = try row("SELECT s.user_count FROM user_search AS s", []) { $0[0] }
        // What this change and those before it in the group have done is not written down yet.
        return (count ?? 0) + (tally?.users ?? 0) + userDifference
    }

    func userCount(_ query: UserQuery) throws(MusterError) -> Int {
        guard !query.hasNUL else { return 0 }
        let arms = UserArm.arms(of: query)
        if arms.count == 1, arms[0].isExact { return try count(whole: arms[0]) }
        let kept = UserCondition.all(UserCondition.conditions(of: query))
        return try row(
            "SELECT count(*) FROM user AS u NOT INDEXED \(kept.text)",
            kept.arguments
        ) { $0[0] } ?? 0
    }

    /// How many users an arm has, whom its indexes alone tell.
    private func count(whole arm: UserArm) throws(MusterError) -> Int {
        try row("SELECT count(*) FROM (\(arm.text))", arm.arguments) { $0[0] } ?? 0
    }

    func userTotal(_ query: UserQuery) throws(MusterError) -> ListTotal {
        guard !query.hasNUL else { return ListTotal(0) }
        let arms = try arms(of: query, isCounted: true)
        guard !arms.isEmpty else { return ListTotal(try userCount()) }
        if let id = query.group, arms.count == 1 {
            return ListTotal(try group(.id(id))?.userCount ?? 0)
        }
        guard let arm = try rarest(of: arms, upTo: ListTotal.usualLimit) else {
            return try estimate(query)
        }
        if arms.count == 1, arm.isExact { return ListTotal(try count(whole: arm)) }
        let kept = UserCondition.all(UserCondition.conditions(of: query))
        let count: Int? = try row(
            """
            SELECT count(*)
            FROM (\(arm.text)) AS found CROSS JOIN user AS u ON u.id = found.id
            \(kept.text)
            """,
            arm.arguments + kept.arguments
        ) { $0[0] }
        return ListTotal(count ?? 0)
    }

    /// The arm with the fewest users, where it has no more than a limit in each of its parts; nil if there is none.
    ///
    /// Of a few it has the numbers, so that its indexes are gone through once.
    func rarest(of arms: [UserArm], upTo limit: Int) throws(MusterError) -> UserArm? {
        var rarest: (arm: UserArm, count: Int)?
        for arm in arms {
            let most = min(limit, rarest?.count ?? limit)
            if limit > turns.few {
                guard let count = try count(arm, upTo: most) else { continue }
                if count < rarest?.count ?? .max { rarest = (arm, count) }
            } else if let numbers = try numbers(of: arm, upTo: most),
                numbers.count < rarest?.count ?? .max
            {
                rarest = (UserArm(numbers: numbers, isExact: arm.isExact), numbers.count)
            }
        }
        return rarest?.arm
    }

    private func numbers(
        of arm: UserArm,
        upTo limit: Int
    ) throws(MusterError) -> Set<Int64>? {
        if let numbers = arm.numbers { return numbers.count <= limit ? numbers : nil }
        var all: Set<Int64> = []
        for part in arm.parts {
            guard let numbers = try numbers(part, upTo: limit) else { return nil }
            all.formUnion(numbers)
        }
        return all
    }

    /// The numbers that a statement has; nil if there are more than a limit.
    func numbers(
        _ part: UserCondition,
        upTo limit: Int
    ) throws(MusterError) -> [Int64]? {
        let numbers: [Int64] = try rows("\(part.text) LIMIT ?", part.arguments + [limit + 1]) {
            $0[0]
        }
        return numbers.count > limit ? nil : numbers
    }

    /// How many users each part of an arm has, together; nil if one has more than a limit.
    private func count(_ arm: UserArm, upTo limit: Int) throws(MusterError) -> Int? {
        var all = 0
        for part in arm.parts {
            let count: Int? = try row(
                "SELECT count(*) FROM (\(part.text) LIMIT ?)",
                part.arguments + [limit + 1]
            ) { $0[0] }
            guard let count, count <= limit else { return nil }
            all += count
        }
        return all
    }

    /// How many users are asked so that their answers stand for all.
    private static let sample = 500

    /// As many as there are if all users are as some, whose numbers are equally far apart.
    func estimate(_ query: UserQuery) throws(MusterError) -> ListTotal {
        let kept = UserCondition.conditions(of: query)
        let (asked, met): (Int, Int) =
            try row(
                """
                WITH RECURSIVE
                span (first, last) AS (
                    SELECT (SELECT u.id FROM user AS u ORDER BY u.id LIMIT 1),
                        (SELECT u.id FROM user AS u ORDER BY u.id DESC LIMIT 1)
                ),
                sample (id) AS (
                    SELECT first FROM span
                    UNION ALL
                    SELECT id + max(1, (last - first) / ?) FROM sample, span
                    WHERE id + max(1, (last - first) / ?) <= last
                )
                SELECT count(*), count(
                    CASE WHEN \(StatementText(joining: kept.map(\.text), separator: " AND ")) THEN 1 END
                )
                FROM sample CROSS JOIN user AS u ON u.id = sample.id
                """,
                [Self.sample, Self.sample] + kept.flatMap(\.arguments)
            ) { ($0[0], $0[1]) } ?? (0, 0)
        let all = try userCount()
        let share = Double(met) / Double(max(asked, 1))
        let isOne = UserArm.arms(of: query).count == 1
        // One condition alone is met by more than were counted.
        return ListTotal(
            max(isOne ? ListTotal.usualLimit + 1 : 1, Int(Double(all) * share)),
            isEstimate: true
        )
    }
}
