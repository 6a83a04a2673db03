import FoundationEssentials
import MusterCore
import TextBytes

extension MemoryTransaction {
    func identity() throws(MusterError) -> DirectoryIdentity? {
        state.identity
    }

    func revision() throws(MusterError) -> Int64 {
        state.revision
    }

    func insertIdentity(_ identity: DirectoryIdentity) throws(MusterError) {
        guard state.identity == nil else {
            throw .isInitialised
        }
        state.identity = identity
    }

    func user(_ reference: UserReference) throws(MusterError) -> User? {
        let found =
            switch reference {
            case .id(let id): state.users[id]
            case .uuid(let uuid): state.users.values.first { $0.uuid == uuid }
            case .username(let name): owner(of: name)
            }
        return found.map(withGroups)
    }

    func userCount() throws(MusterError) -> Int {
        state.users.count
    }

    func hasAdministrator(otherThan user: UserID) throws(MusterError) -> Bool {
        state.users.values.contains {
            $0.id != user && $0.role == .administrator && canSignIn($0)
        }
    }

    func hasUserWriter(otherThan user: UserID) throws(MusterError) -> Bool {
        state.users.values.contains {
            $0.id != user && $0.masks.canWrite(.users) && canSignIn($0)
        }
    }

    private func canSignIn(_ user: User) -> Bool {
        let isLasting = user.authorizations.api && user.inactivityTimeout == .zero
        let hasKey = isLasting && state.apiKeys[user.id] != nil
        let hasPassword = user.authorizations.password && state.passwords[user.id] != nil
        return user.isEnabled && user.expiresAt == nil && (hasKey || hasPassword)
    }

    func insertUser(
        _ draft: UserDraft,
        uuid: UUID,
        at now: Timestamp
    ) throws(MusterError) -> User {
        guard owner(of: draft.username.text) == nil else {
            throw MusterError.duplicateUsername
        }
        state.lastUser += 1
        let user = User(id: UserID(rawValue: state.lastUser), uuid: uuid, draft: draft, at: now)
        state.users[user.id] = user
        growRevision()
        return user
    }

    func updateUser(_ user: User, at now: Timestamp) throws(MusterError) {
        guard let before = state.users[user.id] else { return }
        let owner = owner(of: user.username.text)
        guard owner == nil || owner?.id == user.id else {
            throw MusterError.duplicateUsername
        }
        var after = user
        after.logins = before.logins
        after.lastKeyUse = before.lastKeyUse
        after.createdAt = before.createdAt
        after.changedAt = now
        state.users[user.id] = after
        growRevision()
    }

    func updateLogins(of user: UserID, to record: LoginRecord) throws(MusterError) {
        state.users[user]?.logins = record
    }

    func deleteUser(_ id: UserID) throws(MusterError) {
        state.users[id] = nil
        state.passwords[id] = nil
        state.formerPasswords[id] = nil
        state.apiKeys[id] = nil
        state.codes[id] = nil
        deleteFactors(of: id)
        state.loginSources[id] = nil
        state.sentCodes.removeAll { $0.user == id }
        state.sshKeys[id] = nil
        state.persons[id] = nil
        state.sessions = state.sessions.filter { $0.value.user != id }
        state.members = state.members.mapValues { $0.filter { $0 != id } }
        growRevision()
    }

    /// The user as it is shown: its groups are those whose member it is now.
    func withGroups(_ user: User) -> User {
        var user = user
        user.groups =
            state.groups.values
            .filter { state.members[$0.id, default: []].contains(user.id) }
            .sorted { $0.id.rawValue < $1.id.rawValue }
            .map(\.uuid)
        return user
    }

    private func owner(of name: String) -> User? {
        let folded = name.foldedASCII
        return state.users.values.first { $0.username.text.foldedASCII == folded }
    }
}
