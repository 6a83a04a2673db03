import MusterCore

extension GroupService {
    /// All groups, as ``MusterCore/GroupService/list(by:)``, when the caller's turn has come: everybody is counted for it.
    ///
    /// - Throws: as ``MusterCore/GroupService/list(by:)``, and ``MusterError`` with code `server.overloaded`.
    func listInTurn(by principal: Principal) async throws(MusterError) -> [Group] {
        try await SearchTurns.users.run(for: principal) { () async throws(MusterError) in
            try await list(by: principal)
        }
    }

    /// All groups that were made, as ``MusterCore/GroupService/made(by:)``, when the caller's turn has come.
    ///
    /// - Throws: as ``MusterCore/GroupService/made(by:)``, and ``MusterError`` with code `server.overloaded`.
    func madeInTurn(by principal: Principal) async throws(MusterError) -> [Group] {
        try await SearchTurns.users.run(for: principal) { () async throws(MusterError) in
            try await made(by: principal)
        }
    }

    /// A group, as ``MusterCore/GroupService/details(_:by:)``, when the caller's turn has come where everybody is counted.
    ///
    /// - Throws: as ``MusterCore/GroupService/details(_:by:)``, and ``MusterError`` with code `server.overloaded`.
    func detailsInTurn(
        _ reference: GroupReference,
        by principal: Principal
    ) async throws(MusterError) -> Group {
        guard reference.isEveryone else { return try await details(reference, by: principal) }
        return try await SearchTurns.users.run(for: principal) { () async throws(MusterError) in
            try await details(reference, by: principal)
        }
    }
}
