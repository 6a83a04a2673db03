import MusterCore
import MusterSQL

/// How far users are looked for in one way before another one is tried.
struct UserTurns: Sendable {
    /// How many users are looked at in the order that is asked for before those of one condition are counted, and how many
    /// these may be so that they are all found and sorted; where there are more, the next pair follows.
    var first: [(glimpse: Int, rare: Int)] = [(0, 1_000), (1_000, 4_000)]
    /// How many have to stand together in the order, and may at most, so that it is found out whether nearly all who are found do,
    /// and how many others there may be.
    var (few, together, aside) = (4_000, 200_000, 20_000)
    /// How many those of one condition may be so that they are sorted rather than looked for in the order; and how many entries
    /// of the order's index are read before they are.
    var many = 64_000
    var stretch = 32_000
    /// How many users are looked at where many more meet each condition.
    var glimpse = 16_000
    /// How many those of one condition may be so that they are sorted, where there are too many to be looked for so; and from
    /// which part of all on everybody is looked at instead.
    var (most, crowd) = (150_000, 0.5)
    /// How many users are read of the index for each run of a text, so that it shows which runs few have.
    var head = 50
    /// How many users are few enough that no more runs are asked for, and how many more runs are where they are more.
    var (sure, more) = (4, 2)
    /// Where nothing may take long: for how many runs the index is asked, how many numbers it may have, and how many users it may
    /// not know yet.
    var (runs, indexed, fresh) = (4, 65_536, 128)
}

extension SQLiteTransaction {
    /// The beginning of a page of users who meet some conditions, wherever they stand in the order.
    ///
    /// Where many meet the conditions a page is full after few who are looked at in the order. Where few do they are found. What
    /// is left are those who are many and stand far from where the page begins: most often as they begin with the text in the
    /// very field by which they are sorted, and stand together.
    func users(
        _ query: UserQuery,
        _ arms: [UserArm],
        after place: UserOrder.Place?
    ) throws(MusterError) -> [User] {
        let order = UserOrder(query)
        let stream = order.field == .id && arms.count == 1 ? arms[0].stream : nil
        if let stream, stream.isTight { return try page(query, stream, after: place) }
        var (rest, start, users) = (query, place, [User]())
        /// Looks at the next users; whether the page is full, or nobody is left.
        func pass(_ count: Int, of arm: UserArm? = nil) throws(MusterError) -> Bool {
            let end = try end(of: count, after: start, order)
            users += try page(rest, .passed(upTo: end, of: arm), after: start)
            start = end
            rest.limit = query.limit - users.count
            return end == nil || rest.limit == 0
        }
        for turn in turns.first {
            if turn.glimpse > 0, try pass(turn.glimpse) { return users }
            if let arm = try rarest(of: arms, upTo: turn.rare) {
                return users + (try page(rest, .found(arm), after: start))
            }
        }
        if arms.count == 1 {
            if let stream { return users + (try page(rest, stream, after: start)) }
            if let more = try apart(rest, arms[0], after: start) { return users + more }
        }
        // As far as would do if those who follow were as those before.
        let ahead = turns.glimpse / 4 * rest.limit / max(users.count, 1)
        if !users.isEmpty, try pass(min(max(ahead, 1), turns.glimpse)) { return users }
        let (some, all) = (try estimate(query).count, try userCount())
        let wider = arms.filter { !$0.wider.isEmpty }.map {
            UserArm(parts: $0.wider, isExact: false)
        }
        if some <= turns.many, let arm = try rarest(of: wider + arms, upTo: turns.many) {
            if try pass(turns.stretch, of: arm) { return users }
            return users + (try page(rest, .found(arm), after: start))
        }
        if try pass(turns.glimpse) { return users }
        // They may be so many that to find all of them, or only their numbers, takes longer than to look at everybody.
        if Double(some) > turns.crowd * Double(all) {
            return users + (try page(rest, .passed(upTo: nil), after: start))
        }
        let way: Way = some > turns.most ? .passed(upTo: nil, of: arms[0]) : .found(arms[0])
        return users + (try page(rest, way, after: start))
    }

    /// A page of those whom an index has in the order of their numbers, with those whom it does not know.
    private func page(
        _ query: UserQuery,
        _ stream: UserStream,
        after start: UserOrder.Place?
    ) throws(MusterError) -> [User] {
        let known = try page(query, .streamed(stream), after: start)
        guard !stream.others.isEmpty else { return known }
        let others = UserArm(parts: stream.others, isExact: false)
        let more = try page(query, .found(others), after: start)
        guard !more.isEmpty else { return known }
        // Of some the index knows what they were, and they come twice.
        let numbers = Set(known.map(\.id))
        let all = (known + more.filter { !numbers.contains($0.id) }).sorted {
            query.isDescending ? $0.id > $1.id : $0.id < $1.id
        }
        return Array(all.prefix(query.limit))
    }

    /// A page where nearly all who are found begin with the text in the field by which they are sorted: they come as they stand
    /// in the order, and before and behind them come the others; nil if it is not so.
    private func apart(
        _ query: UserQuery,
        _ arm: UserArm,
        after start: UserOrder.Place?
    ) throws(MusterError) -> [User]? {
        let order = UserOrder(query)
        guard let text = query.prefix ?? query.infix, let range = order.range(of: text) else {
            return nil
        }
        let together = UserCondition(
            text: """
                SELECT u.id AS id FROM user AS u \(order.index)
                \(UserCondition.all([range.first, range.last]).text)
                """,
            arguments: range.first.arguments + range.last.arguments
        )
        guard let inside = try numbers(together, upTo: turns.together), inside.count > turns.few
        else { return nil }
        let known = Set(inside)
        var sought = arm.wider.isEmpty ? nil : try numbers(arm.wider, besides: known)
        if sought == nil { sought = try numbers(arm.parts, besides: known) }
        guard let others = sought else { return nil }
        let aside = Way.found(UserArm(numbers: others))
        var rest = query
        var users: [User] = []
        func add(
            _ way: Way,
            _ start: UserOrder.Place?,
            _ more: [UserCondition]
        ) throws(MusterError) {
            guard rest.limit > 0 else { return }
            users += try page(rest, way, after: start, where: more)
            rest.limit = query.limit - users.count
        }
        let isTurned = order.isDescending
        let (near, far) = isTurned ? (range.behind, range.before) : (range.before, range.behind)
        if !others.isEmpty { try add(aside, start, [near]) }
        switch try side(of: start, range, order) {
        case .before: try add(.passed(upTo: nil), nil, [range.first, range.last])
        // Where the page begins among them the index is entered there.
        case .inside: try add(.passed(upTo: nil), start, [isTurned ? range.first : range.last])
        case .behind: break
        }
        if !others.isEmpty { try add(aside, start, [far]) }
        return users
    }

    /// Those of some statements who are not known; nil if they are more than a few, or all of them much more than are known.
    private func numbers(
        _ parts: [UserCondition],
        besides known: Set<Int64>
    ) throws(MusterError) -> Set<Int64>? {
        var others: Set<Int64> = []
        for part in parts {
            guard let found = try numbers(part, upTo: 2 * known.count) else { return nil }
            for number in found where !known.contains(number) { others.insert(number) }
            guard others.count <= turns.aside else { return nil }
        }
        return others
    }

    /// Where a place is, seen from some that stand together, in the order that is asked for.
    private enum Side {
        case before
        case inside
        case behind
    }

    private func side(
        of place: UserOrder.Place?,
        _ range: UserOrder.Range,
        _ order: UserOrder
    ) throws(MusterError) -> Side {
        guard let key = place?.key else { return .before }
        // Compared as the indexes are sorted.
        let (isBelow, isAbove): (Bool, Bool) =
            try row(
                "SELECT ?1 < ?2 COLLATE NOCASE, ?1 > ?3 COLLATE NOCASE",
                [key, range.bounds.0, range.bounds.1]
            ) { ($0[0], $0[1]) } ?? (false, false)
        guard isBelow || isAbove else { return .inside }
        return isBelow == order.isDescending ? .behind : .before
    }

    /// The place at which so many users end; nil if there are not so many left.
    func end(
        of count: Int,
        after start: UserOrder.Place?,
        _ order: UserOrder
    ) throws(MusterError) -> UserOrder.Place? {
        if order.field == .id {
            // Numbers that nobody has any more make a stretch shorter.
            let ends: (first: Int64, last: Int64)? = try row(
                """
                SELECT (SELECT u.id FROM user AS u ORDER BY u.id LIMIT 1),
                    (SELECT u.id FROM user AS u ORDER BY u.id DESC LIMIT 1)
                """,
                []
            ) { (($0[0] as Int64?) ?? 0, ($0[1] as Int64?) ?? 0) }
            guard let ends else { return nil }
            let from = start?.id ?? (order.isDescending ? ends.last + 1 : ends.first - 1)
            let (id, isBeyond) =
                order.isDescending
                ? from.subtractingReportingOverflow(Int64(count))
                : from.addingReportingOverflow(Int64(count))
            guard !isBeyond, order.isDescending ? id > ends.first : id < ends.last else {
                return nil
            }
            return UserOrder.Place(key: nil, id: id)
        }
        // Those who share a place's key come besides: which they are their rows would have to tell, and not the index.
        let rest = UserCondition.all(start.flatMap(order.past).map { [$0] } ?? [])
        return try row(
            """
            SELECT \(order.key), u.id
            FROM user AS u \(order.index)
            \(rest.text)
            ORDER BY \(order.text)
            LIMIT 1 OFFSET ?
            """,
            rest.arguments + [count - 1]
        ) { UserOrder.Place(key: order.key($0), id: $0[1]) }
    }
}
