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
        /// Those whose login name, name or address begins with a text, without regard to ASCII case.
        case beginning(String)
        /// Those in whose login name, name or address a text stands, without regard to ASCII case; from
        /// ``UserQuery/minimumInfix`` characters.
        case containing(String)
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

    /// Whether it goes through users in an order of the store's.
    var isWalk: Bool {
        switch candidates {
        case .everybody, .members, .changed, .beginning, .containing: true
        case .user, .key, .nobody: false
        }
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
    static let batchSize = 500

    /// Does a part of a search when its caller's turn has come.
    public typealias Turn =
        (_ part: () async throws(MusterError) -> Void) async throws(MusterError) -> Void

    /// Searches users, for those who may look at others.
    ///
    /// A search that has to look at more users than one batch goes through them batch by batch, and admits the caller again
    /// for each: it ends when its caller's right does. Users who are changed meanwhile may be seen before or after. So does one for
    /// a key that more users have.
    ///
    /// - Parameters:
    ///   - search: What is looked for.
    ///   - principal: Who looks.
    ///   - turn: Has each part of the search wait for its turn; as it is they follow each other at once.
    /// - Returns: What was found.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `input.invalid` or
    ///   `store.unavailable`, or what `turn` throws.
    public func search(
        _ search: PersonSearch,
        by principal: Principal,
        inTurn turn: Turn = { part throws(MusterError) in try await part() }
    ) async throws(MusterError) -> PersonPage {
        if let keeps = search.keeps, search.isWalk {
            return try await walk(search, keeps, by: principal, inTurn: turn)
        }
        var found: PersonPage?
        try await turn { () async throws(MusterError) in
            found = try await page(search, by: principal)
        }
        if let found { return found }
        var wider = search
        wider.candidates = search.candidates.walked
        return try await self.search(wider, by: principal, inTurn: turn)
    }

    /// A page that is found within one read; nil if more users have a key than are read at a time.
    private func page(
        _ search: PersonSearch,
        by principal: Principal
    ) async throws(MusterError) -> PersonPage? {
        try await access.look(by: principal, search.isShort ? .bounded : .unbounded) {
            [self] caller, reader throws(MusterError) in
            try caller.requireReader()
            guard !search.isWalk else { return try page(search, for: caller, reader) }
            return try chosen(search, reader).map { users throws(MusterError) in
                try page(of: users, search, for: caller, reader)
            }
        }
    }

    /// The account of a login name, as a search for it finds it, in the read that has let the caller in; nil if nobody has it.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required` or `store.unavailable`.
    public func account(
        named username: String,
        by caller: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> PersonalAccount? {
        try caller.requireReader()
        return try account(in: reader, .username(username), for: caller)
    }

    /// Those users who alone may pass; nil if they are more than are read at a time.
    private func chosen(
        _ search: PersonSearch,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> [User]? {
        let users: [User]
        switch search.candidates {
        case .everybody, .members, .changed, .beginning, .containing, .nobody: return []
        case .user(let reference): users = try reader.user(reference).map { [$0] } ?? []
        case .key(let key):
            // Without a filter nobody else could tell who has the key.
            let most = search.keeps == nil ? Int.max - 1 : PersonService.batchSize
            let ids = try reader.users(of: key, limit: most + 1)
            guard ids.count <= most else { return nil }
            var found: [User] = []
            for id in ids {
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

    /// A page of an order of the store's, of which every user passes.
    private func page(
        _ search: PersonSearch,
        for caller: Principal,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> PersonPage {
        guard var query = try search.query(in: reader) else {
            return PersonPage(accounts: [], total: 0, hasMore: false)
        }
        query.after = search.after
        query.afterChange = search.afterChange
        query.offset = search.after == nil ? search.offset : 0
        query.limit = search.limit + 1
        let users = search.limit > 0 ? try reader.users(query) : []
        var known: [UUID: Group] = [:]
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

    /// Goes through the users in an order of the store's, some at a time, each time when it is the caller's turn: whoever looks at a
    /// million is not to keep all others waiting until then.
    private func walk(
        _ search: PersonSearch,
        _ keeps: @escaping @Sendable (PersonalAccount) -> Bool,
        by principal: Principal,
        inTurn turn: Turn
    ) async throws(MusterError) -> PersonPage {
        var found: [PersonalAccount] = []
        var passed = 0
        let first = search.after == nil ? search.offset : 0
        var places = search.after.map { [WalkPlace(id: $0, changedAt: search.afterChange)] } ?? []
        while true {
            let former = places
            var kept: [PersonalAccount] = []
            try await turn { () async throws(MusterError) in
                (kept, places) = try await batch(search, keeps, after: former, by: principal)
            }
            for account in kept {
                if passed >= first, found.count < search.limit { found.append(account) }
                passed += 1
            }
            let isDone = !search.counts && passed > first + search.limit
            guard places.count == PersonService.batchSize, !isDone else { break }
        }
        return PersonPage(
            accounts: found,
            total: search.counts ? passed : nil,
            hasMore: passed > first + found.count
        )
    }

    /// Those who pass of the next users, and where all of these stood.
    private func batch(
        _ search: PersonSearch,
        _ keeps: @escaping @Sendable (PersonalAccount) -> Bool,
        after places: [WalkPlace],
        by principal: Principal
    ) async throws(MusterError) -> (kept: [PersonalAccount], places: [WalkPlace]) {
        try await access.store.read(.unbounded) { [self] reader throws(MusterError) in
            let caller = try access.readmitUnchanged(principal, in: reader)
            try caller.requireReader()
            guard var query = try search.query(in: reader) else { return ([], []) }
            let start = try search.start(after: places, in: reader)
            query.after = start?.id
            query.afterChange = start?.changedAt
            let users = try reader.users(query)
            var known: [UUID: Group] = [:]
            let accounts = try accounts(of: users, for: caller, reader, &known)
            return (
                accounts.filter(keeps),
                users.map { WalkPlace(id: $0.id, changedAt: $0.changedAt) }
            )
        }
    }

    private func accounts(
        of users: [User],
        for caller: Principal,
        _ reader: any DirectoryReader,
        _ known: inout [UUID: Group]
    ) throws(MusterError) -> [PersonalAccount] {
        var shown = users.map { $0.shown(to: caller) }
        access.activity.update(&shown)
        var accounts = try reader.personalAccounts(of: shown, &known)
        guard readsKeys, !users.isEmpty else { return accounts }
        let belongings = try reader.belongings(of: users.map(\.id), withPasswords: false)
        for place in accounts.indices {
            accounts[place].keys = belongings[accounts[place].user.id]?.keys ?? []
        }
        return accounts
    }
}

/// Where a user stood in the order in which a search goes through all.
private struct WalkPlace: Sendable {
    let id: UserID
    let changedAt: Timestamp?
}

extension PersonSearch.Candidates {
    /// An order of the store's in which are all of these, who are too many to be read at once: the filter tells who they are.
    fileprivate var walked: PersonSearch.Candidates {
        switch self {
        case .key(.name(let name)): .beginning(name)
        default: .everybody
        }
    }
}

extension PersonSearch {
    /// The store's order; nil if the group whose members are looked for is gone.
    fileprivate func query(in reader: any DirectoryReader) throws(MusterError) -> UserQuery? {
        var query = UserQuery(
            limit: PersonService.batchSize,
            sort: sort,
            isDescending: isDescending
        )
        switch candidates {
        case .members(let uuid):
            guard let group = try reader.group(.uuid(uuid)) else { return nil }
            query.group = group.id
        case .changed(let moment): query.filters = [.changed(since: moment)]
        case .beginning(let text): query.prefix = text
        case .containing(let text): query.infix = text
        default: break
        }
        return query
    }

    /// After whom the next batch begins: the last of the one before who is still there, since of whoever was deleted
    /// nobody knows any more where it stood.
    fileprivate func start(
        after places: [WalkPlace],
        in reader: any DirectoryReader
    ) throws(MusterError) -> WalkPlace? {
        guard places.count > 1, sort != .id, sort != .changed else { return places.last }
        for place in places.reversed() where try reader.user(.id(place.id)) != nil {
            return place
        }
        return places.last
    }

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
