import MusterCore
import MusterSQL

extension SQLiteTransaction {
    /// How users are come by who meet a query's conditions.
    enum Way {
        /// By those of one condition, who are sorted.
        case found(UserArm)
        /// Users are looked at in the order that is asked for, up to a place in it. Where an arm is named, only those of it are,
        /// and of others no more is read than the index of the order.
        case passed(upTo: UserOrder.Place?, of: UserArm? = nil)
        /// Those of one condition come in the order that is asked for, which is that of their numbers.
        case streamed(UserStream)
    }

    func users(_ query: UserQuery) throws(MusterError) -> [User] {
        // SQLite ends a text at its first NUL; nothing that is kept has one.
        guard !query.hasNUL else { return [] }
        let order = UserOrder(query)
        let start = try place(of: query, order)
        let arms = try arms(of: query)
        guard !arms.isEmpty else { return try page(query, .passed(upTo: nil), after: start) }
        guard !arms.contains(where: { $0.numbers?.isEmpty == true }) else { return [] }
        guard query.offset == 0 else {
            let rarest = try rarest(of: arms, upTo: turns.few)
            return try page(query, rarest.map { .found($0) } ?? .passed(upTo: nil), after: start)
        }
        return try users(query, arms, after: start)
    }

    /// The part of a page that users make who come by a way.
    ///
    /// - Parameters:
    ///   - query: What is asked for.
    ///   - way: How they are come by.
    ///   - start: After which place; nil for the first.
    ///   - more: What they have to meet besides.
    /// - Returns: The users, in order.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func page(
        _ query: UserQuery,
        _ way: Way,
        after start: UserOrder.Place?,
        where more: [UserCondition] = []
    ) throws(MusterError) -> [User] {
        let order = UserOrder(query)
        var conditions = UserCondition.conditions(of: query) + more
        // Factors stand where other parts would.
        let parts = query.readsFactors ? query.parts.subtracting(.holdings) : query.parts
        let columns: StatementText =
            "SELECT \(UserRow.columns(with: parts))\(query.readsFactors ? Self.factorCounts : "")"
        let text: StatementText
        var arguments: [(any SQLArgument)?] = []
        switch way {
        case .passed(let end, let arm):
            // They come in their order, so that nothing is sorted.
            if let start { conditions.append(order.beyond(start)) }
            if let end { conditions.append(order.upTo(end)) }
            if let arm {
                let isOne = UserCondition(text: "+u.id IN (\(arm.text))", arguments: arm.arguments)
                conditions.insert(isOne, at: 0)
            }
            text = """
                \(columns)
                FROM user AS u \(order.index)
                \(UserCondition.all(conditions).text)
                ORDER BY \(order.text)
                LIMIT ? OFFSET ?
                """
        case .found(let arm):
            // They are sorted before all of them is read.
            if let start { conditions.append(order.beyond(start)) }
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
        case .streamed(let stream):
            // Where there is a stream there is no other condition.
            if stream.isExact { conditions = more }
            conditions.insert(stream.condition, at: 0)
            if let start {
                let comparison: StatementText = order.isDescending ? "<" : ">"
                conditions.insert(
                    UserCondition(
                        text: "\(stream.number) \(comparison) ?",
                        arguments: [start.id]
                    ),
                    at: 1
                )
            }
            text = """
                \(columns)
                FROM \(stream.source) CROSS JOIN user AS u ON u.id = \(stream.number)
                \(UserCondition.all(conditions).text)
                ORDER BY \(stream.number) \(order.isDescending ? "DESC" : "ASC")
                LIMIT ? OFFSET ?
                """
        }
        arguments += UserCondition.all(conditions).arguments + [query.limit, query.offset]
        // Room for a page as people ask for it: a user takes some hundred bytes, and where few are found more would be wasted.
        let expected = min(query.limit, 64)
        guard query.readsFactors else {
            return try rows(text, arguments, expecting: expected) {
                try decodeUser($0, with: parts)
            }
        }
        return try rows(text, arguments, expecting: expected) { row in
            var user = try decodeUser(row, with: parts)
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

    private func place(
        of query: UserQuery,
        _ order: UserOrder
    ) throws(MusterError) -> UserOrder.Place? {
        guard let user = query.after else { return first(of: query, order) }
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

    /// Where those begin who were changed since a moment, in the order of changes; nil for the beginning of the order.
    private func first(of query: UserQuery, _ order: UserOrder) -> UserOrder.Place? {
        guard order.field == .changed, !order.isDescending else { return nil }
        let moments = query.filters.compactMap { filter -> Int64? in
            if case .changed(let moment) = filter { moment.rawValue } else { nil }
        }
        // Nobody has the number 0.
        return moments.max().map { UserOrder.Place(key: $0, id: 0) }
    }

    func users(
        withEmail email: String,
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User] {
        // SQLite ends a text at its first NUL; nothing that is kept has one.
        guard !email.utf8.contains(0) else { return [] }
        return try rows(
            """
            SELECT \(UserRow.columns(with: parts))
            FROM user AS u
            WHERE ifnull(u.email, u.username) COLLATE NOCASE = ?
            ORDER BY u.id
            LIMIT ?
            """,
            [email, limit]
        ) { try decodeUser($0, with: parts) }
    }
}
