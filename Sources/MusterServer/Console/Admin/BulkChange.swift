import MusterConsole
import MusterCore

/// One change of many users, made on one after the other; each is a change of its own, with its own record.
struct BulkChange {
    private let users: UserService
    private let groups: GroupService
    private let sessions: SessionService
    private let action: BulkAction
    private let group: GroupReference?
    private let ways: [BulkWay]

    init(_ directory: Directory, _ action: BulkAction, group: Int?, ways: [BulkWay]) {
        users = UserService(directory)
        groups = GroupService(directory)
        sessions = SessionService(directory)
        self.action = action
        self.ways = ways
        self.group = group.map { .id(GroupID(rawValue: Int64($0))) }
    }

    /// Makes the change on one user, and tells what came of it.
    ///
    /// - Throws: ``MusterError`` where the caller may not go on, or the server cannot.
    func make(
        on id: UserID,
        by principal: Principal
    ) async throws(MusterError) -> BulkPage.Outcome {
        var name = "\(id.rawValue)"
        do throws(MusterError) {
            name = try await users.look(at: .id(id), by: principal).username.text
            try await change(.id(id), by: principal)
            return BulkPage.Outcome(name, error: nil)
        } catch {
            let isCallers = [
                .credentialsInvalid, .sessionExpired, .insufficientScope, .impersonationRefused,
            ].contains(error.code)
            guard !isCallers, !error.isOfServer else { throw error }
            return BulkPage.Outcome(name, error: error.message)
        }
    }

    private func change(
        _ user: UserReference,
        by principal: Principal
    ) async throws(MusterError) {
        switch action {
        case .enable: try await edit(user, by: principal) { $0.isEnabled = true }
        case .disable: try await edit(user, by: principal) { $0.isEnabled = false }
        case .unlock: _ = try await users.unlock(user, by: principal)
        case .requireFactor:
            try await edit(user, by: principal) { $0.requiresSecondFactorEnrolment = true }
        case .openWays: try await edit(user, by: principal) { set(ways, true, &$0) }
        case .closeWays: try await edit(user, by: principal) { set(ways, false, &$0) }
        case .endSessions: try await sessions.revokeAll(of: user, by: principal)
        case .addToGroup: try await set(true, user, by: principal)
        case .removeFromGroup: try await set(false, user, by: principal)
        case .delete: try await users.delete(user, by: principal) { nil }
        }
    }

    private func set(_ ways: [BulkWay], _ isOpen: Bool, _ changes: inout UserChanges) {
        for way in ways {
            switch way {
            case .password: changes.isPasswordPermitted = isOpen
            case .api: changes.isAPIPermitted = isOpen
            case .saml: changes.isSAMLPermitted = isOpen
            }
        }
    }

    private func edit(
        _ user: UserReference,
        by principal: Principal,
        _ set: (inout UserChanges) -> Void
    ) async throws(MusterError) {
        var changes = UserChanges()
        set(&changes)
        _ = try await users.edit(.user(user), by: principal) { () throws(MusterError) in changes }
    }

    private func set(
        _ isMember: Bool,
        _ user: UserReference,
        by principal: Principal
    ) async throws(MusterError) {
        guard let group else { throw .invalid("group", "Choose a group.") }
        try await groups.setMembership(of: user, in: group, isMember: isMember, by: principal)
    }
}
