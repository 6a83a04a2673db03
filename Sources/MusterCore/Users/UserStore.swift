public import FoundationEssentials

/// What to list, in which order and from where.
public struct UserQuery: Sendable, Equatable {
    /// The fields by which users can be sorted.
    public enum SortField: String, CaseIterable, Sendable {
        /// The number.
        case id
        /// The login name.
        case username
        /// The name shown.
        case name
        /// The e-mail address shown.
        case email
        /// When the user was changed last.
        case changed
    }

    /// The most users one page holds.
    public static let maximumLimit = 10_000

    /// The fewest characters (Unicode scalars) of an ``infix``: indexes find what contains a text by each three in a row.
    public static let minimumInfix = 3

    /// The most users to return, 1 to ``maximumLimit``.
    public var limit: Int
    /// Starts after this user; nil starts at the beginning.
    public var after: UserID?
    /// When the user of ``after`` had been changed last as the page before was given out; if there is none it stands where it is.
    ///
    /// For the order by ``SortField/changed``, in which a user moves with each change.
    public var afterChange: Timestamp?
    /// How many users are left out at the beginning; a page costs more the more there are.
    public var offset = 0
    /// Keeps users whose username, name or e-mail address begins with this, without regard to ASCII case.
    public var prefix: String?
    /// Keeps users whose username, name or e-mail address contains this, without regard to ASCII case; from
    /// ``minimumInfix`` characters.
    public var infix: String?
    /// Keeps users who have one text at least of each of these lists in their username, name or e-mail address, without regard to
    /// ASCII case; each text has ``minimumInfix`` characters, of which none is NUL.
    ///
    /// A store may keep others as well, as its index finds them: it is for whoever knows rules that no index does, and looks at
    /// each user who is found.
    public var clues: [[String]] = []
    /// The order; ties are broken by the number.
    public var sort: SortField
    /// Whether the order is turned round.
    public var isDescending: Bool
    /// Keeps members of this group.
    public var group: GroupID?
    /// Keeps users who pass all of these.
    public var filters: [UserFilter]
    /// Whether ``User/factors`` is read, too.
    public var readsFactors: Bool
    /// What else is read of each user.
    public var parts = UserParts.usual

    /// Builds a query; all users by number unless said otherwise.
    public init(
        limit: Int,
        after: UserID? = nil,
        prefix: String? = nil,
        sort: SortField = .id,
        isDescending: Bool = false,
        group: GroupID? = nil,
        filters: [UserFilter] = [],
        readsFactors: Bool = false
    ) {
        self.limit = limit
        self.after = after
        self.prefix = prefix
        self.sort = sort
        self.isDescending = isDescending
        self.group = group
        self.filters = filters
        self.readsFactors = readsFactors
    }

    /// What stores say where ``after`` names a user who is gone, of whom nobody knows any more where it stood in the order.
    public static var startIsGone: MusterError {
        .invalid("after", rule: "names a user who is gone; start again, or sort by id")
    }

    /// Whether a text that is searched for has a NUL, which nothing has that is kept, and which engines take for an end.
    public var hasNUL: Bool {
        prefix?.utf8.contains(0) == true || infix?.utf8.contains(0) == true
            || clues.contains { $0.contains { $0.utf8.contains(0) } }
    }

    /// Whether its answer is found without a search: the next users in an order that the store keeps.
    public var isShort: Bool {
        prefix == nil && infix == nil && clues.isEmpty && group == nil && filters.isEmpty
    }
}

/// Reads users.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol UserReader {
    /// The user; nil if there is none.
    func user(_ reference: UserReference) throws(MusterError) -> User?

    /// The user, with some parts of it; nil if there is none.
    func user(_ reference: UserReference, with parts: UserParts) throws(MusterError) -> User?

    /// One page of users. Costs the same at any depth, but for what an offset passes over.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `after`, when the order is not by number, the user to
    ///   start after is gone and nobody has said where it stood; `store.unavailable`.
    func users(_ query: UserQuery) throws(MusterError) -> [User]

    /// The users whose e-mail address, or else login name, is this one, without regard to ASCII case, in order of their
    /// number: the first so many of them, with some parts. Found by an index.
    func users(
        withEmail email: String,
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User]

    /// The users who may have some texts (``UserQuery/clues``), in order of their number, where an index tells in a few steps who
    /// they are and that they are few; others may be among them, as in a list.
    ///
    /// - Parameters:
    ///   - clues: Lists of texts, of each of which they have one.
    ///   - limit: How many are few.
    ///   - parts: What is read of each.
    /// - Returns: The users; nil if they are more, or if that takes a search.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func fewUsers(
        withClues clues: [[String]],
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User]?

    /// How many users there are; a number that the store keeps.
    func userCount() throws(MusterError) -> Int

    /// How many users a query keeps, wherever its pages begin and end, however long that takes.
    func userCount(_ query: UserQuery) throws(MusterError) -> Int

    /// How many users a query keeps, for whoever waits for a list.
    ///
    /// Exact for everybody and for the members of a group, and where one of its conditions alone keeps no more than
    /// ``ListTotal/usualLimit``; an estimate otherwise. Bounded work, however many there are.
    func userTotal(_ query: UserQuery) throws(MusterError) -> ListTotal

    /// Whether a user other than `user` has the Write of Users and could sign in now and for ever: enabled, without
    /// an expiry, with a key or password, and permitted to use it.
    ///
    /// A key counts only where no inactivity timeout lays it to rest, since it may rest already.
    func hasUserWriter(otherThan user: UserID) throws(MusterError) -> Bool

    /// Whether an administrator other than `user` could sign in now, as ``hasUserWriter(otherThan:)``.
    func hasAdministrator(otherThan user: UserID) throws(MusterError) -> Bool
}

/// Writes users.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol UserWriter {
    /// Creates a user under a new number.
    ///
    /// - Throws: ``MusterError`` with code `user.already_exists` or `store.unavailable`.
    func insertUser(
        _ draft: UserDraft,
        uuid: UUID,
        at now: Timestamp
    ) throws(MusterError) -> User

    /// Writes all of a user but its logins, keys and groups.
    ///
    /// - Throws: ``MusterError`` with code `user.already_exists` or `store.unavailable`.
    func updateUser(_ user: User, at now: Timestamp) throws(MusterError)

    /// Writes what happened when the password was tried.
    func updateLogins(of user: UserID, to record: LoginRecord) throws(MusterError)

    /// Deletes a user with its password, keys, sessions, codes and memberships.
    func deleteUser(_ id: UserID) throws(MusterError)
}
