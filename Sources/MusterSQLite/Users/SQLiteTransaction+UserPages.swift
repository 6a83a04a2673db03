import MusterCore
import MusterSQL

extension SQLiteTransaction {
    /// How users are come by who meet a query's conditions.
    private enum Way {
        /// By those of one condition, who are sorted.
        case found(UserArm)
        /// Users are looked at in the order that is asked for, up to a place in it.
        case passed(upTo: UserOrder.Place?)
    }

    /// How many users are looked at in the order that is asked for before those of one condition are counted, and how many
    /// these may be so that they are all found and sorted; where there are more, the next pair follows.
    ///
    /// Where many meet the conditions a page is full after few. Where few do they are found. So no more is looked at than some
    /// times the smaller of: the users up to the end of the page, those who meet the rarest condition.
    private static let steps: [(glimpse: Int, rare: Int)] = [
        (0, 200), (1_000, 4_000), (16_000, 64_000), (256_000, .max),
    ]

    func users(_ query: UserQuery) throws(MusterError) -> [User] {
        // SQLite ends a text at its first NUL; nothing that is kept has one.
        guard !query.hasNUL else { return [] }
        let order = UserOrder(query)
        var start = try place(of: query, order)
        let arms = UserArm.arms(of: query)
        guard !arms.isEmpty else { return try page(query, .passed(upTo: nil), after: start) }
        guard query.offset == 0 else {
            let rarest = try rarest(of: arms, upTo: Self.steps[1].rare)
            return try page(query, rarest.map { .found($0) } ?? .passed(upTo: nil), after: start)
        }
        var rest = query
        var users: [User] = []
        for step in Self.steps {
            if step.glimpse > 0 {
                guard let end = try end(of: step.glimpse, after: start, order) else { break }
                users += try page(rest, .passed(upTo: end), after: start)
                guard users.count < query.limit else { return users }
                start = end
                rest.limit = query.limit - users.count
            }
            if let arm = try rarest(of: arms, upTo: step.rare) {
                return users + (try page(rest, .found(arm), after: start))
            }
        }
        return users + (try page(rest, .passed(upTo: nil), after: start))
    }

    private func page(
        _ query: UserQuery,
        _ way: Way,
        after start: UserOrder.Place?
    ) throws(MusterError) -> [User] {
        let order = UserOrder(query)
        var conditions = UserCondition.conditions(of: query)
        if let start { conditions.append(order.beyond(start)) }
        let columns: StatementText =
            "SELECT \(UserRow.columns)\(query.readsFactors ? Self.factorCounts : "")"
        let text: StatementText
        var arguments: [(any SQLArgument)?] = []
        switch way {
        case .passed(let end):
            // They come in their order, so that nothing is sorted.
            if let end { conditions.append(order.upTo(end)) }
            text = """
                \(columns)
                FROM user AS u \(order.index)
                \(UserCondition.all(conditions).text)
                ORDER BY \(order.text)
                LIMIT ? OFFSET ?
                """
        case .found(let arm):
            // They are sorted before all of them is read.
            arguments = arm.arguments
            text = """
                \(columns)
                FROM (
                    SELECT u.id AS id
                    FROM (\(arm.text)) AS found CROSS JOIN user AS u ON u.id = found.id
                    \(UserCondition.all(conditions).text)
                    ORDER BY \(order.text)
                    LIMIT ? OFFSET ?
                ) AS page
                CROSS JOIN user AS u ON u.id = page.id
                ORDER BY \(order.text)
                """
        }
        arguments += UserCondition.all(conditions).arguments + [query.limit, query.offset]
        // Room for a page as people ask for it: a user takes some hundred bytes, and where few are found more would be wasted.
        let expected = min(query.limit, 64)
        guard query.readsFactors else {
            return try rows(text, arguments, expecting: expected, decodeUser)
        }
        return try rows(text, arguments, expecting: expected) { row in
            var user = try decodeUser(row)
            user.factors = FactorCounts(row, from: UserRow.count)
            return user
        }
    }

    /// How many factors a user `u` has, after its columns; each part is found in an index.
    private static let factorCounts: StatementText = """
        , (SELECT count(*) FROM factor AS f
           WHERE f.user_id = u.id AND f.tries_left IS NULL AND f.secret_sealed IS NOT NULL),
        (SELECT count(*) FROM factor AS f
         WHERE f.user_id = u.id AND f.tries_left IS NULL AND f.credential_id IS NOT NULL),
        (SELECT count(*) FROM recovery_code AS r WHERE r.user_id = u.id)
        """

    /// The place at which so many users end; nil if there are not so many left.
    private func end(
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

    private func place(
        of query: UserQuery,
        _ order: UserOrder
    ) throws(MusterError) -> UserOrder.Place? {
        guard let user = query.after else { return nil }
        // A number stands in its place whether or not anybody has it.
        guard order.field != .id else { return UserOrder.Place(key: nil, id: user.rawValue) }
        if order.field == .changed, let moment = query.afterChange {
            return UserOrder.Place(key: moment.rawValue, id: user.rawValue)
        }
        let key: (any SQLArgument)? = try row(
            "SELECT \(order.key) FROM user AS u WHERE u.id = ?",
            [user.rawValue]
        ) { order.key($0) }.flatMap(\.self)
        guard let key else {
            throw UserQuery.startIsGone
        }
        return UserOrder.Place(key: key, id: user.rawValue)
    }

    func users(withEmail email: String, limit: Int) throws(MusterError) -> [User] {
        // SQLite ends a text at its first NUL; nothing that is kept has one.
        guard !email.utf8.contains(0) else { return [] }
        return try rows(
            """
            SELECT \(UserRow.columns)
            FROM user AS u
            WHERE ifnull(u.email, u.username) COLLATE NOCASE = ?
            ORDER BY u.id
            LIMIT ?
            """,
            [email, limit],
            decodeUser
        )
    }
}
