import ClientTransport
public import FoundationEssentials
import NIOHTTP1
import TenableAPI

extension TenableIO {
    /// Users.
    public var users: Users { Users(tio: self) }

    /// Users: the calls of pyTenable's `tio.users`, in camel case.
    ///
    /// All but the list need the permissions of an administrator.
    public struct Users: Sendable {
        let tio: TenableIO
    }
}

extension TenableIO.Users {
    /// Lists users.
    ///
    /// - Parameters:
    ///   - withRoles: Whether the records say their roles by name.
    ///   - pageSize: How many users a request asks for, 1 to 10000, where the server has pages.
    /// - Returns: The users, read while they are asked for.
    public func list(withRoles: Bool = false, pageSize: Int = 1_000) -> TenableIO.UserList {
        TenableIO.UserList(tio, "/users", withRoles: withRoles, pageSize: pageSize)
    }

    /// Reads a user.
    ///
    /// - Parameters:
    ///   - id: Whom.
    ///   - withRoles: Whether the record says the role by name.
    /// - Returns: The user as it is now.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/notFound`` for an unknown id.
    public func details(
        _ id: TenableIO.ID,
        withRoles: Bool = false
    ) async throws(TenableError) -> TenableIO.User {
        let path = "/users/\(try id.path())" + (withRoles ? "?withRoles=true" : "")
        return try await tio.user(Request(.GET, "/users/{id}", path: path))
    }

    /// Changes a user; what is left out stays as it is.
    ///
    /// One request, which sends what changes and nothing else.
    ///
    /// - Parameters:
    ///   - id: Whom.
    ///   - permissions: The new role.
    ///   - name: The new name; `.clear` takes it away.
    ///   - email: The new address; `.clear` takes it away.
    ///   - enabled: Whether the user may come in.
    ///   - currentPassword: One's own password, which Muster asks for where one's own address changes.
    /// - Returns: The user as it is now.
    /// - Throws: ``TenableError``.
    @discardableResult
    public func edit(
        _ id: TenableIO.ID,
        permissions: TenableIO.Permissions? = nil,
        name: TenableIO.Change = .keep,
        email: TenableIO.Change = .keep,
        enabled: Bool? = nil,
        currentPassword: String? = nil
    ) async throws(TenableError) -> TenableIO.User {
        let changes = EditUserRequest(
            permissions: permissions.map { Int64($0.rawValue) },
            name: name.text,
            email: email.text,
            isEnabled: enabled,
            currentPassword: currentPassword
        )
        return try await tio.user(
            try request(.PUT, id) { changes.writeMembers(to: &$0) }.repeatable
        )
    }

    /// Enables or disables a user.
    ///
    /// - Parameters:
    ///   - id: Whom.
    ///   - enabled: Whether the user may come in.
    /// - Returns: The user as it is now.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/conflict`` for one's own account.
    @discardableResult
    public func enabled(
        _ id: TenableIO.ID,
        _ enabled: Bool
    ) async throws(TenableError) -> TenableIO.User {
        let body = EnabledRequest(isEnabled: enabled)
        return try await tio.user(
            try request(.PUT, id, "/enabled") { body.writeMembers(to: &$0) }.repeatable
        )
    }

    /// Removes a user with its keys, sessions and memberships.
    ///
    /// - Parameters:
    ///   - id: Whom.
    ///   - successorUUID: Who gets what the user owned, where the server knows such things.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/notFound`` for an unknown id, and
    ///   ``TenableError/Kind/conflict`` for one's own account.
    public func delete(
        _ id: TenableIO.ID,
        successorUUID: UUID? = nil
    ) async throws(TenableError) {
        let query = successorUUID.map { "?successor_user_uuid=" + $0.uuidString.lowercased() }
        let path = "/users/\(try id.path())" + (query ?? "")
        _ = try await tio.send(Request(.DELETE, "/users/{id}", path: path))
    }

    /// Acts as another user from here on, in a value of its own.
    ///
    /// Nothing is sent, and this value goes on as before. See ``TenableIO/impersonating(_:_:)`` for a scope.
    ///
    /// - Parameter name: The login name.
    /// - Returns: The same way to the server, as that user; ``TenableIO/Session/restore()`` leads back.
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/unusableOption`` for what cannot be a login name. That
    ///   the user is unknown, or the caller no administrator, shows at the next call: 403.
    public func impersonate(_ name: String) throws(TenableError) -> TenableIO {
        guard (1...254).contains(name.utf8.count),
            name.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw .unusable("A login name has 1 to 254 printable ASCII characters and no blanks.")
        }
        return TenableIO(tio.connection, impersonating: name)
    }

    func request(
        _ method: HTTPMethod,
        _ id: TenableIO.ID,
        _ tail: String = "",
        _ members: (inout JSONWriter) -> Void
    ) throws(TenableError) -> Request {
        Request(method, "/users/{id}" + tail, path: "/users/\(try id.path())" + tail, members)
    }
}
