import ClientTransport
import NIOHTTP1
import TenableAPI

extension TenableIO {
    /// Groups.
    public var groups: Groups { Groups(tio: self) }

    /// Groups: the calls of pyTenable's `tio.groups`, in camel case.
    ///
    /// All but the list need the permissions of an administrator.
    public struct Groups: Sendable {
        let tio: TenableIO
    }
}

extension TenableIO.Groups {
    /// Lists all groups.
    ///
    /// - Throws: ``TenableError``.
    public func list() async throws(TenableError) -> [TenableIO.Group] {
        try await tio.records(Request(.GET, "/groups"), under: "groups") {
            object throws(TenableFieldError) in try TenableIO.Group(object)
        }
    }

    /// Creates a group.
    ///
    /// - Parameters:
    ///   - name: The name, which no other group has.
    ///   - managedBySAML: Whether an identity provider says who is in it.
    /// - Returns: The group as it is now.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/conflict`` where the name is taken.
    @discardableResult
    public func create(
        _ name: String,
        managedBySAML: Bool? = nil
    ) async throws(TenableError) -> TenableIO.Group {
        try await group(.POST, "/groups", "/groups", name, managedBySAML)
    }

    /// Renames a group.
    ///
    /// - Parameters:
    ///   - id: Which.
    ///   - name: The new name.
    ///   - managedBySAML: Whether an identity provider says who is in it.
    /// - Returns: The group as it is now.
    /// - Throws: ``TenableError``.
    @discardableResult
    public func edit(
        _ id: TenableIO.ID,
        name: String,
        managedBySAML: Bool? = nil
    ) async throws(TenableError) -> TenableIO.Group {
        try await group(.PUT, "/groups/{id}", "/groups/\(try id.path())", name, managedBySAML)
    }

    /// Removes a group without users.
    ///
    /// - Parameter id: Which.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/badRequest`` where somebody is in it.
    public func delete(_ id: TenableIO.ID) async throws(TenableError) {
        _ = try await tio.send(
            Request(.DELETE, "/groups/{id}", path: "/groups/\(try id.path())")
        )
    }

    /// Lists who is in a group.
    ///
    /// - Parameters:
    ///   - id: Which.
    ///   - pageSize: How many users a request asks for, 1 to 10000, where the server has pages.
    /// - Returns: The users, read while they are asked for.
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/notFound`` for what is no id.
    public func listUsers(
        _ id: TenableIO.ID,
        pageSize: Int = 1_000
    ) throws(TenableError) -> TenableIO.UserList {
        TenableIO.UserList(
            tio,
            "/groups/{id}/users",
            path: "/groups/\(try id.path())/users",
            pageSize: pageSize
        )
    }

    /// Puts a user into a group.
    ///
    /// - Parameters:
    ///   - user: Whom.
    ///   - group: Into which.
    /// - Throws: ``TenableError``.
    public func addUser(_ user: TenableIO.ID, to group: TenableIO.ID) async throws(TenableError) {
        try await membership(.POST, group, user)
    }

    /// Takes a user out of a group.
    ///
    /// - Parameters:
    ///   - user: Whom.
    ///   - group: Out of which.
    /// - Throws: ``TenableError``.
    public func deleteUser(
        _ user: TenableIO.ID,
        from group: TenableIO.ID
    ) async throws(TenableError) {
        try await membership(.DELETE, group, user)
    }

    private func membership(
        _ method: HTTPMethod,
        _ group: TenableIO.ID,
        _ user: TenableIO.ID
    ) async throws(TenableError) {
        let path = "/groups/\(try group.path())/users/\(try user.path())"
        _ = try await tio.send(Request(method, "/groups/{id}/users/{id}", path: path))
    }

    private func group(
        _ method: HTTPMethod,
        _ route: String,
        _ path: String,
        _ name: String,
        _ managedBySAML: Bool?
    ) async throws(TenableError) -> TenableIO.Group {
        let body = GroupRequest(name: name, isManagedBySAML: managedBySAML)
        var request = Request(method, route, path: path) { body.writeMembers(to: &$0) }
        request.isRepeatable = method == .PUT
        return try await tio.record(request) { object throws(TenableFieldError) in
            try TenableIO.Group(object)
        }
    }
}
