import FoundationEssentials
import TextBytes

/// Shows the directory as entries to whoever has come in: users, groups, and who is in which.
///
/// Whoever may read users sees all of them, everybody else itself and the groups that it is in, a stranger nobody. Those who may administer
/// users see in addition what administrators alone are shown, and those who are shut out, where that was set.
public struct EntryService: Sendable {
    private let access: DirectoryAccess
    private let showsDisabled: Bool

    init(_ access: DirectoryAccess, showsDisabled: Bool = false) {
        self.access = access
        self.showsDisabled = showsDisabled
    }

    /// Looks at entries for a caller, who is admitted again at that moment; nil for a stranger.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `session.expired` or `store.unavailable`, or what `body`
    ///   throws.
    public func look<Result: Sendable>(
        by principal: Principal?,
        _ extent: ReadExtent = .bounded,
        _ body: @escaping @Sendable (EntryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await access.store.read(extent) { [self] reader throws(MusterError) in
            try body(try entries(for: principal, in: reader))
        }
    }

    /// Looks at entries on the calling thread, where the store is one that can do so: by look-ups of an index alone.
    ///
    /// - Returns: What `body` does; nil if the store is elsewhere, or a copy that cannot answer this.
    /// - Throws: as ``look(by:_:_:)``.
    public func lookNow<Result>(
        by principal: Principal?,
        _ body: (EntryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result? {
        try readNow { reader throws(MusterError) in
            try body(try entries(for: principal, in: reader))
        }
    }

    /// Admits a caller again, also one whose password has to be changed.
    ///
    /// - Returns: The caller as it is now.
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `session.expired` or `store.unavailable`.
    public func admit(_ principal: Principal) async throws(MusterError) -> User {
        try await access.look(by: principal) { caller, _ in caller.user }
    }

    /// Admits a caller again on the calling thread, as ``admit(_:)``.
    ///
    /// - Returns: The caller as it is now; nil if the store is elsewhere, or a copy that cannot answer this.
    /// - Throws: as there.
    public func admitNow(_ principal: Principal) throws(MusterError) -> User? {
        try readNow { reader throws(MusterError) in
            try access.readmit(principal, in: reader).user
        }
    }

    private func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result? {
        guard let store = access.store as? any InProcessStore else { return nil }
        do throws(MusterError) {
            return try store.readNow(body)
        } catch {
            guard store.refusalsStand else { return nil }
            throw error
        }
    }

    private func entries(
        for principal: Principal?,
        in reader: any DirectoryReader
    ) throws(MusterError) -> EntryReader {
        let now = access.clock.now()
        guard let principal else {
            return EntryReader(caller: nil, reader: reader, now: now, showsDisabled: showsDisabled)
        }
        let caller = try access.readmit(principal, in: reader)
        // A password that has to be changed is good for that, and for nothing else.
        guard !caller.mustChangePassword else { throw .invalidCredentials }
        return EntryReader(caller: caller, reader: reader, now: now, showsDisabled: showsDisabled)
    }
}

/// The entries that a caller sees, at one moment.
///
/// Valid only inside the closure that received it.
public struct EntryReader {
    /// What a user's login name, name or address has, without regard to ASCII case.
    public enum Look: Sendable {
        /// One of them begins with it.
        case beginning(String)
        /// They have one text of each of these lists, and may have none: see ``UserQuery/clues``.
        case clues([[String]])
    }

    private let reader: any DirectoryReader
    /// The moment.
    public let now: Timestamp
    private let showsDisabled: Bool
    /// Who looks; nil for a stranger.
    private let principal: Principal?
    /// Whether the caller sees every user and group, and not itself alone.
    public let seesEverybody: Bool
    /// Whether the caller sees what administrators of users are shown.
    public let seesAll: Bool

    init(caller: Principal?, reader: any DirectoryReader, now: Timestamp, showsDisabled: Bool) {
        principal = caller
        self.reader = reader
        self.now = now
        // A refusal is words that nobody reads here.
        let isAdministrator =
            caller?.isAdministrator == true && (try? caller?.requireAdministrator()) != nil
        let isReader = (try? caller?.requireReader()) != nil
        seesAll = isAdministrator
        seesEverybody = isAdministrator || isReader
        self.showsDisabled = showsDisabled && isAdministrator
    }

    /// A user, with some of its parts at least; nil if there is none whom the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func user(
        _ reference: UserReference,
        with parts: UserParts = .usual
    ) throws(MusterError) -> User? {
        // What is the caller's own need not be read again.
        if let principal, principal.user.matches(reference) { return principal.user }
        guard seesEverybody, let user = try reader.user(reference, with: parts) else { return nil }
        return shows(user) ? user : nil
    }

    /// The next users in order of their number; fewer than the limit, or none, also where others were left out.
    ///
    /// - Parameters:
    ///   - after: After which user to begin; nil for the first.
    ///   - limit: How many are looked at, 1 to ``UserQuery/maximumLimit``.
    ///   - group: Of which group they have to be; nil for all users.
    ///   - moment: When they have to have been changed last, or later; nil for all users.
    ///   - look: What they have to have; nil for all users.
    ///   - parts: What is read of each at least.
    /// - Returns: The users, and the last one looked at; nil if there are no more after these.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func users(
        after: UserID?,
        limit: Int,
        of group: GroupID? = nil,
        changedSince moment: Timestamp? = nil,
        who look: Look? = nil,
        with parts: UserParts = .usual
    ) throws(MusterError) -> (users: [User], last: UserID?) {
        guard seesEverybody else {
            guard let caller else { return ([], nil) }
            let isIn =
                try group.map { group throws(MusterError) in
                    try reader.group(.id(group)).map { caller.groups.contains($0.uuid) } ?? false
                } ?? true
            let isBehind = after.map { $0 < caller.id } ?? true
            return (isIn && isBehind ? [caller] : [], nil)
        }
        var query = UserQuery(
            limit: limit,
            after: after,
            group: group,
            filters: moment.map { [.changed(since: $0)] } ?? []
        )
        query.parts = parts
        switch look {
        case .beginning(let text): query.prefix = text
        case .clues(let clues): query.clues = clues
        case nil: break
        }
        var page = try reader.users(query)
        let last = page.count < limit ? nil : page.last?.id
        // In their place: nearly all of them are shown, and to copy a user takes time.
        page.removeAll { !shows($0) }
        return (page, last)
    }

    /// The users whose address, or else login name, is this one, without regard to ASCII case.
    ///
    /// - Parameters:
    ///   - mail: The address.
    ///   - limit: How many are looked at, 1 to ``UserQuery/maximumLimit``.
    ///   - parts: What is read of each at least.
    /// - Returns: The users, and whether there are no more than were looked at.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func users(
        withMail mail: String,
        limit: Int,
        with parts: UserParts = .usual
    ) throws(MusterError) -> (users: [User], isWhole: Bool) {
        guard seesEverybody else {
            let own = caller.map { [$0] } ?? []
            return (own.filter { $0.displayEmail.hasSameFoldedBytes(as: mail) }, true)
        }
        let found = try reader.users(withEmail: mail, limit: limit, with: parts)
        return (found.filter(shows), found.count < limit)
    }

    /// The users who may have some texts (``UserQuery/clues``), in order of their number, where it is known at once that they are
    /// few.
    ///
    /// - Parameters:
    ///   - clues: Lists of texts, of each of which they have one.
    ///   - limit: How many are few.
    ///   - parts: What is read of each at least.
    /// - Returns: The users; nil if they are more, or if that takes a search.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func fewUsers(
        withClues clues: [[String]],
        limit: Int,
        with parts: UserParts = .usual
    ) throws(MusterError) -> [User]? {
        guard seesEverybody else { return caller.map { [$0] } ?? [] }
        return try reader.fewUsers(withClues: clues, limit: limit, with: parts)?.filter(shows)
    }

    /// A group, with the count of its members; nil if there is none that the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func group(_ reference: GroupReference) throws(MusterError) -> Group? {
        guard let group = try reader.group(reference) else { return nil }
        return seesEverybody || ownGroups.contains(group.uuid) ? group : nil
    }

    /// The groups that the caller sees and that have a name, without regard to blanks at its ends and to how many stand between
    /// words: the one that has exactly this name before all others.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - limit: How many words it has at most, and how many groups are looked at that have other blanks.
    /// - Returns: The groups, and whether there are no more than were looked at.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func groups(
        called name: String,
        limit: Int
    ) throws(MusterError) -> (groups: [Group], isWhole: Bool) {
        guard name.utf8.count <= Group.maximumNameBytes else { return ([], true) }
        let single = name.withSingleBlanks
        // Whoever has other blanks has them first of all, behind one of its words, or one alone at its end.
        var heads = [""]
        for word in single.utf8.split(separator: UInt8(ascii: " ")) {
            let text = String(decoding: word, as: UTF8.self)
            heads.append((heads.count > 1 ? heads[heads.count - 1] : "") + text + " ")
        }
        guard heads.count <= limit else { return ([], false) }
        var found: [Group] = []
        for spelt in [name, single, single + " "] where !spelt.isEmpty {
            if let group = try reader.group(.name(spelt)) { found.append(group) }
        }
        let look = GroupLook(single)
        var left = limit
        for head in heads where left > 0 {
            let alike = try reader.groups(beginningWith: head, limit: left)
            left -= alike.count
            found += alike.filter { GroupLook($0.name.withSingleBlanks) == look }
        }
        var groups: [Group] = []
        for group in found where seesEverybody || ownGroups.contains(group.uuid) {
            if !groups.contains(where: { $0.id == group.id }) { groups.append(group) }
        }
        return (groups, left > 0)
    }

    /// All groups that the caller sees, in order of their number.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func groups() throws(MusterError) -> [Group] {
        seesEverybody ? try reader.groups() : try reader.groups(ownGroups)
    }

    /// The groups that a user is in.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func groups(of user: User) throws(MusterError) -> [Group] {
        user.groups.isEmpty ? [] : try reader.groups(user.groups)
    }

    /// The public keys of a user; none of one who may not come in.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func sshKeys(of user: User) throws(MusterError) -> [StoredSSHKey] {
        showsKeys(of: user) ? try reader.sshKeys(of: user.id) : []
    }

    /// The public keys of users, as ``sshKeys(of:)``, and what is known of them as persons; those of whom there is neither may be
    /// left out.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func belongings(of users: [User]) throws(MusterError) -> [UserID: UserBelongings] {
        var found = try reader.belongings(of: users.map(\.id), withPasswords: false)
        guard !found.isEmpty else { return found }
        for user in users where !showsKeys(of: user) { found[user.id]?.keys = [] }
        return found
    }

    /// When the passwords of users were set; those who have none are left out.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func passwordTimes(of users: [User]) throws(MusterError) -> [UserID: Timestamp] {
        if users.count == 1, let user = users.first {
            return try reader.password(of: user.id).map { [user.id: $0.changedAt] } ?? [:]
        }
        return try reader.belongings(of: users.map(\.id), withPasswords: true)
            .compactMapValues(\.password?.changedAt)
    }

    /// What is known of users as persons; those of whom nothing is known are left out.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func persons(of users: [User]) throws(MusterError) -> [UserID: Person] {
        try reader.persons(of: users.map(\.id))
    }

    /// Whether a user is shut out, whatever it presents.
    public func isShutOut(_ user: User) -> Bool { user.isShutOut(at: now) }

    private var caller: User? { principal?.user }

    private var ownGroups: [UUID] { principal?.user.groups ?? [] }

    private func showsKeys(of user: User) -> Bool { user.refusal(by: .sshKey, at: now) == nil }

    private func shows(_ user: User) -> Bool { showsDisabled || !user.isShutOut(at: now) }
}
