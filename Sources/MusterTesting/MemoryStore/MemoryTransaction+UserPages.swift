import MusterCore
import TextBytes

extension MemoryTransaction {
    func users(_ query: UserQuery) throws(MusterError) -> [User] {
        var places: [(place: Place, user: User)] = state.users.values
            .filter { matches($0, query) }
            .map { (Place(of: $0, query.sort), $0) }
        if let after = query.after {
            let start = try place(of: after, query)
            places.removeAll { $0.place == start || ($0.place < start) != query.isDescending }
        }
        places.sort { query.isDescending ? $1.place < $0.place : $0.place < $1.place }
        return try places.dropFirst(query.offset).prefix(query.limit).map {
            place throws(MusterError) in
            var user = withGroups(place.user)
            if query.readsFactors { user.factors = try factorCounts(of: user.id) }
            return user
        }
    }

    func users(
        withEmail email: String,
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User] {
        let found = state.users.values.filter { $0.displayEmail.hasSameFoldedBytes(as: email) }
        return found.sorted { $0.id < $1.id }.prefix(limit).map(withGroups)
    }

    func fewUsers(
        withClues clues: [[String]],
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User]? {
        var query = UserQuery(limit: limit + 1)
        query.clues = clues
        let found = try users(query)
        return found.count <= limit ? found : nil
    }

    func userCount(_ query: UserQuery) throws(MusterError) -> Int {
        state.users.values.count { matches($0, query) }
    }

    func userTotal(_ query: UserQuery) throws(MusterError) -> ListTotal {
        ListTotal(state.users.values.count { matches($0, query) })
    }

    private func matches(_ user: User, _ query: UserQuery) -> Bool {
        if let group = query.group, !state.members[group, default: []].contains(user.id) {
            return false
        }
        let hasFactor = state.factors.values.contains { $0.user == user.id && $0.isConfirmed }
        let made = state.apiKeys[user.id]?.createdAt
        let isKept = query.filters.allSatisfy { filter in
            filter.keeps(user, hasFactor: hasFactor, keysMadeAt: made)
        }
        guard isKept else { return false }
        let texts = [user.username.text, user.displayName, user.displayEmail].map(\.foldedASCII)
        if let prefix = query.prefix?.foldedASCII,
            !texts.contains(where: { $0.starts(with: prefix) })
        {
            return false
        }
        let hasClues = query.clues.allSatisfy { any in
            any.contains { clue in texts.contains { $0.contains(clue.foldedASCII) } }
        }
        guard hasClues, let infix = query.infix?.foldedASCII else { return hasClues }
        return texts.contains { $0.contains(infix) }
    }

    private func place(of id: UserID, _ query: UserQuery) throws(MusterError) -> Place {
        // A number stands in its place whether or not anybody has it.
        if query.sort == .id { return Place(key: [], id: id) }
        if query.sort == .changed, let moment = query.afterChange {
            return Place(key: Place.key(of: moment), id: id)
        }
        guard let user = state.users[id] else {
            throw UserQuery.startIsGone
        }
        return Place(of: user, query.sort)
    }
}

/// Where a user stands in an order; ties are broken by the number.
private struct Place: Comparable {
    let key: [UInt8]
    let id: UserID

    init(key: [UInt8], id: UserID) {
        self.key = key
        self.id = id
    }

    init(of user: User, _ field: UserQuery.SortField) {
        id = user.id
        key =
            switch field {
            case .id: []
            case .username: user.username.text.foldedASCII
            case .name: user.displayName.foldedASCII
            case .email: user.displayEmail.foldedASCII
            case .changed: Place.key(of: user.changedAt)
            }
    }

    /// Bytes that sort as moments do, those before 1970 first.
    static func key(of moment: Timestamp) -> [UInt8] {
        withUnsafeBytes(of: (moment.rawValue ^ .min).bigEndian) { Array($0) }
    }

    static func < (left: Place, right: Place) -> Bool {
        left.key == right.key
            ? left.id < right.id : left.key.lexicographicallyPrecedes(right.key)
    }
}
