import MusterCore
import MusterSQL

extension SQLiteTransaction {
    /// The numbers of the events of some arms, each once, in an order of the log.
    func numbers(
        of arms: [AuditArm],
        limit: Int,
        offset: Int,
        isNewestFirst: Bool
    ) throws(MusterError) -> [Int64] {
        guard !arms.isEmpty else { return [] }
        let parts = arms.flatMap(\.parts)
        return try rows(
            Self.ordered(parts, isNewestFirst: isNewestFirst),
            parts.flatMap(\.allArguments) + [limit, offset]
        ) { $0[0] }
    }

    /// Merges arms, which are in the log's order already.
    private static func ordered(_ arms: [AuditArm], isNewestFirst: Bool) -> StatementText {
        """
        \(StatementText(joining: arms.map(\.text), separator: "\nUNION\n"))
        ORDER BY id \(isNewestFirst ? "DESC" : "ASC")
        LIMIT ? OFFSET ?
        """
    }

    /// Counts the events of some arms up to a limit, and says which was the last that it has counted.
    func count(
        _ arms: [AuditArm],
        upTo limit: Int
    ) throws(MusterError) -> (count: Int, last: Int64) {
        guard !arms.isEmpty else { return (0, 0) }
        let parts = arms.flatMap(\.parts)
        return try row(
            "SELECT count(*), ifnull(max(id), 0) FROM (\(Self.ordered(parts, isNewestFirst: false)))",
            parts.flatMap(\.allArguments) + [limit, 0]
        ) { ($0[0], $0[1]) } ?? (0, 0)
    }

    func auditEventCount(
        _ query: AuditQuery,
        exactUpTo limit: Int
    ) throws(MusterError) -> ListTotal {
        try writeEvents()
        let arms = try arms(of: query)
        guard let first = arms.first else { return ListTotal(0) }
        if arms.count == 1, first.isPure, limit == .max || hasMarks(of: first) {
            return ListTotal(try rank(first.last, of: first) - rank(first.first.before, of: first))
        }
        guard limit < .max else { return ListTotal(try count(arms, upTo: -1).count) }
        let (count, last) = try count(arms, upTo: limit + 1)
        guard count > limit, let whole = try wholeLog() else { return ListTotal(count) }
        // As many as there would be if the rest were as what was counted.
        let begin = max(arms.map(\.first).min() ?? .min, whole.lowerBound)
        let end = min(arms.map(\.last).max() ?? .max, whole.upperBound)
        let share = Double(end - begin + 1) / Double(max(1, last - begin + 1))
        return ListTotal(max(count, Int(Double(count) * share)), isEstimate: true)
    }

    /// Whether the events of an arm can be counted without going through all of them.
    private func hasMarks(of arm: AuditArm) -> Bool {
        arm.key.map { !marks.known(of: $0).isEmpty } ?? true
    }

    /// The numbers of the first and the last event; nil if there are none.
    private func wholeLog() throws(MusterError) -> ClosedRange<Int64>? {
        let first: Int64? = try row("SELECT min(id) FROM audit_event", []) { $0[0] } ?? nil
        let last: Int64? = try row("SELECT max(id) FROM audit_event", []) { $0[0] } ?? nil
        guard let first, let last else { return nil }
        return first...last
    }

    /// The numbers that no event has, between the first event and the last: what was taken back has left none, but each
    /// restore may have.
    private func gaps(
        in log: ClosedRange<Int64>
    ) throws(MusterError) -> [(last: Int64, missing: Int64)] {
        try rows(
            "SELECT last_id, missing FROM audit_gap WHERE last_id >= ? AND last_id < ? ORDER BY last_id",
            [log.lowerBound, log.upperBound]
        ) { ($0[0], $0[1]) }
    }

    /// An arm without so many events at its beginning, in an order of the log.
    func passing(
        _ offset: Int,
        of arm: AuditArm,
        isNewestFirst: Bool
    ) throws(MusterError) -> AuditArm {
        var rest = arm
        if isNewestFirst {
            let place = try rank(arm.last, of: arm) - 1 - offset
            rest.last = place < 0 ? .min : try select(place, of: arm) ?? .min
        } else {
            let (place, overflows) = try rank(arm.first.before, of: arm)
                .addingReportingOverflow(offset)
            rest.first = overflows ? .max : try select(place, of: arm) ?? .max
        }
        return rest
    }

    /// How many events of an arm's index there are up to a number, that one included.
    private func rank(_ number: Int64, of arm: AuditArm) throws(MusterError) -> Int {
        guard let key = arm.key else {
            guard let whole = try wholeLog(), number >= whole.lowerBound else { return 0 }
            let end = min(number, whole.upperBound)
            let missing: Int = try gaps(in: whole).reduce(0) { missing, gap in
                missing + Int(max(0, min(gap.missing, end - gap.last)))
            }
            return Int(end - whole.lowerBound + 1) - missing
        }
        let marks = try marks(of: key, arm) { $0 > number }
        let passed = marks.countUpTo(number)
        var rest = arm
        rest.first = passed > 0 ? marks[passed - 1] + 1 : .min
        rest.last = number
        return try passed * AuditMarks.step + count([rest], upTo: AuditMarks.step).count
    }

    /// The number of the event before which so many of an arm's index stand; nil if there are not so many.
    private func select(_ place: Int, of arm: AuditArm) throws(MusterError) -> Int64? {
        guard let key = arm.key else {
            guard let whole = try wholeLog(), place < whole.count else { return nil }
            var number = whole.lowerBound + Int64(place)
            for gap in try gaps(in: whole) where gap.last < number { number += gap.missing }
            return number <= whole.upperBound ? number : nil
        }
        let passed = place / AuditMarks.step
        var found = 0
        let marks = try marks(of: key, arm) { _ in
            found += 1
            return found >= passed
        }
        guard marks.count >= passed else { return nil }
        var rest = arm
        rest.first = passed > 0 ? marks[passed - 1] + 1 : .min
        rest.last = .max
        return try numbers(
            of: [rest],
            limit: 1,
            offset: place % AuditMarks.step,
            isNewestFirst: false
        ).first
    }

    /// The marks of an arm's index, up to the first that is enough or the last that there is.
    private func marks(
        of key: AuditMarks.Key,
        _ arm: AuditArm,
        isEnough: (Int64) -> Bool
    ) throws(MusterError) -> [Int64] {
        var found = marks.known(of: key)
        guard !found.contains(where: isEnough) else { return found }
        var rest = arm
        rest.last = .max
        while true {
            rest.first = found.last.map { $0 + 1 } ?? .min
            let next = try numbers(
                of: [rest],
                limit: 1,
                offset: AuditMarks.step - 1,
                isNewestFirst: false
            ).first
            guard let next else { break }
            found.append(next)
            guard !isEnough(next) else { break }
        }
        marks.keep(found, of: key)
        return found
    }
}

extension AuditArm {
    /// Leaves out what stands up to a place, in an order of the log.
    mutating func begin(after place: Int64, isNewestFirst: Bool) {
        if isNewestFirst {
            last = Swift.min(last, place.before)
        } else {
            first = Swift.max(first, place == .max ? .max : place + 1)
        }
    }
}

extension Int64 {
    /// The number before; the least is before itself.
    fileprivate var before: Int64 { self == .min ? .min : self - 1 }
}
