import MusterCore

extension UserService {
    /// The beginning of a list, as ``MusterCore/UserService/list(_:by:)``; where that may take long, when the caller's turn
    /// has come.
    ///
    /// - Throws: as ``MusterCore/UserService/list(_:by:)``, and ``MusterError`` with code `server.overloaded`.
    func listInTurn(
        _ request: UserListRequest,
        by principal: Principal
    ) async throws(MusterError) -> UserList {
        guard !request.isShort else { return try await list(request, by: principal) }
        return try await SearchTurns.users.run(for: principal) { () async throws(MusterError) in
            try await list(request, by: principal)
        }
    }

    /// One page of users, as ``MusterCore/UserService/page(by:_:)``; where that may take long, when the caller's turn has
    /// come.
    ///
    /// - Throws: as ``MusterCore/UserService/page(by:_:)``, and ``MusterError`` with code `server.overloaded`.
    func pageInTurn(
        by principal: Principal,
        _ query: UserQuery
    ) async throws(MusterError) -> [User] {
        guard !query.isShort else {
            return try await page(by: principal) { () throws(MusterError) in query }
        }
        return try await SearchTurns.users.run(for: principal) { () async throws(MusterError) in
            try await page(by: principal) { () throws(MusterError) in query }
        }
    }
}
