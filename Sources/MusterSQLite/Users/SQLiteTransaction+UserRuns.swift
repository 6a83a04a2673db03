import MusterCore
import MusterSQL

extension SQLiteTransaction {
    /// What the heads of the index's lists tell of those who have some runs.
    enum RunsFound {
        /// All of them whom the index knows, and others.
        case few(Set<Int64>)
        /// They are more. Of what they have these runs are worth going through the index for.
        case many(UserRuns)
    }

    /// The arms of a query; where few have a run of a text these are known.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - isCounted: Whether those of an arm are counted. Otherwise it has others as well who have the rare runs of a text.
    /// - Returns: The arms.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func arms(
        of query: UserQuery,
        isCounted: Bool = false
    ) throws(MusterError) -> [UserArm] {
        try UserArm.arms(of: query).map { arm throws(MusterError) -> UserArm in
            guard let runs = arm.runs else { return arm }
            let others = arm.stream?.others ?? []
            switch try look(for: runs) {
            case .few(let known): return try together(known, others)
            case .many(let rare):
                return isCounted ? arm : UserArm.contains(rare, besides: others)
            }
        }
    }

    /// The users who may have some texts, where that is known soon: where the index is short, from few of its lists.
    ///
    /// FTS5 passes over the entries of a list that others have taken back, however many: no more than the index has numbers.
    func fewUsers(
        withClues clues: [[String]],
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User]? {
        var query = UserQuery(limit: limit)
        (query.clues, query.parts) = (clues, parts)
        guard !query.hasNUL else { return [] }
        let ends: (indexed: Int64, last: Int64)? = try row(
            """
            SELECT s.indexed_to, (SELECT u.id FROM user AS u ORDER BY u.id DESC LIMIT 1)
            FROM user_search AS s
            """,
            []
        ) { ($0[0] as Int64, ($0[1] as Int64?) ?? 0) }
        guard let ends, ends.indexed <= turns.indexed, ends.last - ends.indexed <= turns.fresh
        else { return nil }
        let runs = UserRuns(clues)
        guard case .few(let known) = try look(for: runs, asking: turns.runs),
            known.count <= limit
        else { return nil }
        let arm = try together(known, UserArm.unknown(having: runs))
        guard let count = arm.numbers?.count, count <= limit else { return nil }
        return count == 0 ? [] : try page(query, .found(arm), after: nil)
    }

    /// Looks which of some runs few users have.
    ///
    /// FTS5 finds who has all of some runs by going through the lists of all of them: also through those in which nearly everybody is,
    /// to find out that the few who have another run are in them as well. So each list is asked for its beginning, and where one has no more
    /// than that, those in it are all who are left; the rows tell the rest.
    ///
    /// - Parameters:
    ///   - runs: The runs.
    ///   - count: How many of them are asked for at most, and none of many texts; nil for all of any.
    /// - Returns: What it is.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func look(
        for runs: UserRuns,
        asking count: Int? = nil
    ) throws(MusterError) -> RunsFound {
        var asked = runs.likeliestFirst
        if let count {
            asked = Array(asked.prefix(count).prefix { $0.count <= UserRuns.plainTexts })
        }
        var heads: [RunHead] = []
        var few: Set<Int64>?
        var more = turns.more
        for run in asked {
            if let few {
                guard few.count > turns.sure, more > 0 else { break }
                more -= 1
            }
            let head = try head(of: run)
            if let known = few {
                few = head.keep(known)
            } else if head.isWhole {
                few = heads.reduce(Set(head.numbers)) { $1.keep($0) }
            }
            heads.append(head)
        }
        if let few { return .few(few) }
        guard count == nil else { return .many(UserRuns(heads.map(\.run))) }
        return .many(UserRuns(RunHead.rare(of: try further(heads), length: turns.head)))
    }

    /// Heads with the distance of those who stand further behind, at a place that numbers and dates do not favour.
    private func further(_ heads: [RunHead]) throws(MusterError) -> [RunHead] {
        let indexed: Int64 = try row("SELECT indexed_to FROM user_search", []) { $0[0] } ?? 0
        let place = Int64(Double(indexed) * Self.goldenSection)
        return try heads.map { head throws(MusterError) in
            var head = head
            let numbers: [Int64] = try rows(
                """
                SELECT t.rowid FROM user_text AS t WHERE t.user_text MATCH ? AND t.rowid >= ?
                ORDER BY t.rowid LIMIT ?
                """,
                [UserRuns([head.run]).expression, place, turns.head],
                expecting: turns.head
            ) { $0[0] }
            let end = numbers.count < turns.head ? indexed : numbers.last ?? indexed
            head.distance = max(1, end - place + 1)
            return head
        }
    }

    private static let goldenSection = 0.618_034

    private func head(of run: [String]) throws(MusterError) -> RunHead {
        let numbers: [Int64] = try rows(
            """
            SELECT t.rowid FROM user_text AS t WHERE t.user_text MATCH ? ORDER BY t.rowid LIMIT ?
            """,
            [UserRuns([run]).expression, turns.head],
            expecting: turns.head
        ) { $0[0] }
        return RunHead(run: run, numbers: numbers, isWhole: numbers.count < turns.head)
    }

    /// An arm of some users and those of some statements.
    private func together(
        _ known: Set<Int64>,
        _ others: [UserCondition]
    ) throws(MusterError) -> UserArm {
        var numbers = known
        for part in others {
            let more: [Int64] = try rows(part.text, part.arguments) { $0[0] }
            numbers.formUnion(more)
        }
        return UserArm(numbers: numbers, isExact: false)
    }
}
