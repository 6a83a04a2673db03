public import FoundationEssentials
import TextBytes

/// Which users a search looks at, and which of those who pass it gives out.
public struct PersonSearch: Sendable {
    /// Where users are looked for.
    public enum Candidates: Sendable {
        /// Everybody.
        case everybody
        /// One user.
        case user(UserReference)
        /// Those of a key.
        case key(PersonKey)
        /// The members of a group.
        case members(UUID)
        /// Those who were changed last at a moment or later.
        case changed(since: Timestamp)
        /// Nobody.
        case nobody
    }

    /// Where users are looked for.
    public var candidates = Candidates.everybody
    /// Whether an account passes; nil if all do.
    public var keeps: (@Sendable (PersonalAccount) -> Bool)?
    /// The order; ties are broken by the number.
    public var sort = UserQuery.SortField.id
    /// Whether the order is turned round.
    public var isDescending = false
    /// How many of those who pass are left out at the beginning.
    public var offset = 0
    /// Begins after this user instead.
    public var after: UserID?
    /// When that user had been changed last as the page before was given out; see ``UserQuery/afterChange``.
    public var afterChange: Timestamp?
    /// The most accounts that are given out.
    public var limit: Int
    /// Whether all who pass are counted.
    public var counts = true

    /// Builds a search for everybody.
    public init(limit: Int) {
        self.limit = limit
    }

    /// Whether its answer is found by look-ups of an index alone.
    var isShort: Bool {
        switch candidates {
        case .user, .nobody: true
        case .key(.externalID): true
        default: false
        }
    }
}

/// What a search has found.
public struct PersonPage: Sendable {
    /// The accounts, in order.
    public let accounts: [PersonalAccount]
    /// How many pass; nil if nobody asked.
    public let total: Int?
    /// Whether there are more after these.
    public let hasMore: Bool
}

extension PersonService {
    /// How many users are read at a time while a search goes through all.
    private static let batchSize = 500

    /// Searches users, for those who may look at others.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `input.invalid` or
    ///   `store.unavailable`.
    public func search(
        _ search: PersonSearch,
        by principal: Principal
    ) async throws(MusterError) -> PersonPage {
        try await access.look(by: principal, search.isShort ? .bounded : .unbounded) {
            [self] caller, reader throws(MusterError) in
            try caller.requireReader()
            return switch try chosen(search, reader) {
            case let users?: try page(of: users, search, for: caller, reader)
            case nil: try walk(search, for: caller, reader)
            }
        }
    }

    /// Those users who alone may pass; nil if the search goes through an order of the store's.
    private func chosen(
        _ search: PersonSearch,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> [User]? {
        let users: [User]
        switch search.candidates {
        case .everybody, .members, .changed: return nil
        case .nobody: return []
        case .user(let reference): users = try reader.user(reference).map { [$0] } ?? []
        case .key(let key):
            var found: [User] = []
            for id in try reader.users(of: key) {
                if let user = try reader.user(.id(id)) { found.append(user) }
            }
            users = found
        }
        let sorted = users.sorted { search.sort.precedes($0, $1) }
        return search.isDescending ? sorted.reversed() : sorted
    }

    private func page(
        of users: [User],
        _ search: PersonSearch,
        for caller: Principal,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> PersonPage {
        var known: [UUID: Group] = [:]
        var kept = try accounts(of: users, for: caller, reader, &known)
        if let keeps = search.keeps { kept = kept.filter(keeps) }
        let total = kept.count
        let rest = kept.dropFirst(search.start(in: kept))
        return PersonPage(
            accounts: Array(rest.prefix(search.limit)),
            total: search.counts ? total : nil,
            hasMore: rest.count > search.limit
        )
    }

    /// Goes through the users in an order of the store's, some at a time.
    private func walk(
        _ search: PersonSearch,
        for caller: Principal,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> PersonPage {
        var query = UserQuery(
            limit: PersonService.batchSize,
            after: search.after,
            sort: search.sort,
            isDescending: search.isDescending
        )
        query.afterChange = search.afterChange
        switch search.candidates {
        case .members(let uuid):
            guard let group = try reader.group(.uuid(uuid)) else {
                return PersonPage(accounts: [], total: 0, hasMore: false)
            }
            query.group = group.id
        case .changed(let moment): query.filters = [.changed(since: moment)]
        default: break
        }
        var known: [UUID: Group] = [:]
        guard let keeps = search.keeps else {
            query.offset = search.after == nil ? search.offset : 0
            query.limit = search.limit + 1
            let users = search.limit > 0 ? try reader.users(query) : []
            return PersonPage(
                accounts: try accounts(
                    of: Array(users.prefix(search.limit)),
                    for: caller,
                    reader,
                    &known
                ),
                // Of everybody and of a group's members it is exact.
                total: search.counts ? try reader.userTotal(query).count : nil,
                hasMore: users.count > search.limit
            )
        }
        var found: [PersonalAccount] = []
        var passed = 0
        let first = search.after == nil ? search.offset : 0
        while true {
            let users = try reader.users(query)
            for account in try accounts(of: users, for: caller, reader, &known)
            where keeps(account) {
                if passed >= first, found.count < search.limit { found.append(account) }
                passed += 1
            }
            let isDone = !search.counts && passed > first + search.limit
            guard users.count == query.limit, let last = users.last, !isDone else { break }
            query.after = last.id
            query.afterChange = last.changedAt
        }
        return PersonPage(
            accounts: found,
            total: search.counts ? passed : nil,
            hasMore: passed > first + found.count
        )
    }

    private func accounts(
        of users: [User],
        for caller: Principal,
        _ reader: any DirectoryReader,
        _ known: inout [UUID: Group]
    ) throws(MusterError) -> [PersonalAccount] {
        let shown = users.map { access.activity.updated($0.shown(to: caller)) }
        return try reader.personalAccounts(of: shown, &known)
    }
}

extension PersonSearch {
    /// How many of some accounts, in the order of the search, stand before those of its page.
    fileprivate func start(in accounts: [PersonalAccount]) -> Int {
        guard let after else { return offset }
        guard sort == .changed, let afterChange else {
            return (accounts.firstIndex { $0.user.id == after } ?? -1) + 1
        }
        let place = (afterChange, after)
        let next = accounts.firstIndex { account in
            let own = (account.user.changedAt, account.user.id)
            return isDescending ? own < place : own > place
        }
        return next ?? accounts.count
    }
}

extension UserQuery.SortField {
    /// Whether one user stands before another.
    fileprivate func precedes(_ left: User, _ right: User) -> Bool {
        if self == .changed { return (left.changedAt, left.id) < (right.changedAt, right.id) }
        let (first, second) = (key(of: left), key(of: right))
        guard first != second else { return left.id.rawValue < right.id.rawValue }
        return first.lexicographicallyPrecedes(second)
    }

    private func key(of user: User) -> [UInt8] {
        switch self {
        case .id, .changed: []
        case .username: user.username.text.foldedASCII
        case .name: user.displayName.foldedASCII
        case .email: user.displayEmail.foldedASCII
        }
    }
}
