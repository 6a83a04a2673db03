/// The beginning of a list of users, and what was found in the same snapshot.
public struct UserList: Sendable {
    /// The first users.
    public let users: [User]
    /// What was asked for, by which the list goes on.
    public let query: UserQuery
    /// The revision of the snapshot; nil unless it was asked for.
    public let revision: Int64?
    /// How many users the query keeps; nil unless it was asked for.
    public let total: ListTotal?
}

/// What is asked of a list of users.
public struct UserListRequest: Sendable {
    /// What was read of the query, whose complaint waits until the group was found.
    let query: Result<UserQuery, MusterError>
    /// The group whose members are listed; nil for all users.
    let group: GroupReference?
    /// Whether all that the query keeps are counted.
    let isCounted: Bool
    /// Whether the revision is asked for.
    let isTagged: Bool

    /// Builds a request.
    public init(
        _ query: Result<UserQuery, MusterError>,
        membersOf group: GroupReference? = nil,
        isCounted: Bool = false,
        isTagged: Bool = false
    ) {
        self.query = query
        self.group = group
        self.isCounted = isCounted
        self.isTagged = isTagged
    }

    /// Whether its answer is found without a search or a count.
    public var isShort: Bool {
        guard case .success(let query) = query else { return true }
        return query.isShort && group?.isEveryone != false && !isCounted
    }
}

extension UserService {
    /// The beginning of a list of users, as ``page(by:_:)``, with the revision and, where it is asked for, the number of
    /// all, in one snapshot.
    ///
    /// The members of a group are listed for administrators.
    ///
    /// - Throws: as ``page(by:_:)``; with code `group.not_found`; or what reading the query has thrown.
    public func list(
        _ request: UserListRequest,
        by principal: Principal
    ) async throws(MusterError) -> UserList {
        try await access.store.read(request.isShort ? .bounded : .unbounded) {
            [self] reader throws(MusterError) in
            let caller = try access.readmitUnchanged(principal, in: reader)
            let group = try request.group.map { reference throws(MusterError) in
                try reader.existingGroup(reference, for: caller)
            }
            var query = try request.query.get()
            if let group, !group.isEveryone { query.group = group.id }
            return UserList(
                users: try page(by: caller, in: reader) { () throws(MusterError) in query },
                query: query,
                revision: request.isTagged ? try reader.revision() : nil,
                total: request.isCounted ? try reader.userTotal(query) : nil
            )
        }
    }
}
