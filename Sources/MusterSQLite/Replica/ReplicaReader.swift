import FoundationEssentials
import MusterCore
import MusterSQL

/// What a replica has, and what it leaves to the database.
///
/// Written out method by method, so that nothing is ever answered from a table that is empty here.
struct ReplicaReader {
    let inner: SQLiteTransaction

    /// Notes where something that was asked for by a name is not there.
    private func noting<Value>(_ found: Value?) -> Value? {
        if found == nil, inner.sight == .whole { inner.sight = .missing }
        return found
    }

    /// What is said to whoever asks for something else, and noted in case he makes something of it.
    private func lacking() -> MusterError {
        inner.sight = .lacking
        return .notInReplica
    }
}

extension ReplicaReader: DirectoryIdentityReader, UserReader, ManyUserReader {
    func identity() throws(MusterError) -> DirectoryIdentity? { try inner.identity() }
    func revision() throws(MusterError) -> Int64 { try inner.revision() }

    func user(_ reference: UserReference) throws(MusterError) -> User? {
        noting(try inner.user(reference))
    }
    func user(_ reference: UserReference, with parts: UserParts) throws(MusterError) -> User? {
        noting(try inner.user(reference, with: parts))
    }
    func users(_ query: UserQuery) throws(MusterError) -> [User] {
        // What texts contain is found by an index that a replica has not.
        var rest = query
        rest.filters.removeAll { if case .changed = $0 { true } else { false } }
        guard rest.isShort else { throw lacking() }
        return try inner.users(query)
    }
    func users(
        withEmail email: String,
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User] {
        try inner.users(withEmail: email, limit: limit, with: parts)
    }
    func fewUsers(
        withClues clues: [[String]],
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User]? {
        throw lacking()
    }
    func userCount() throws(MusterError) -> Int { throw lacking() }
    func userCount(_ query: UserQuery) throws(MusterError) -> Int { throw lacking() }
    func userTotal(_ query: UserQuery) throws(MusterError) -> ListTotal { throw lacking() }
    func hasUserWriter(otherThan user: UserID) throws(MusterError) -> Bool {
        try inner.hasUserWriter(otherThan: user)
    }
    func hasAdministrator(otherThan user: UserID) throws(MusterError) -> Bool {
        try inner.hasAdministrator(otherThan: user)
    }
    func userIDs(named usernames: [Username]) throws(MusterError) -> [UserID?] {
        try inner.userIDs(named: usernames)
    }
    func belongings(
        of users: [UserID],
        withPasswords: Bool
    ) throws(MusterError) -> [UserID: UserBelongings] {
        if withPasswords { throw lacking() }
        return try inner.belongings(of: users, withPasswords: false)
    }
}

extension ReplicaReader: PersonReader, GroupReader {
    func person(of user: UserID) throws(MusterError) -> Person? { try inner.person(of: user) }
    func persons(of users: [UserID]) throws(MusterError) -> [UserID: Person] {
        try inner.persons(of: users)
    }
    func personalAccount(
        _ reference: UserReference,
        withKeys readsKeys: Bool
    ) throws(MusterError) -> PersonalAccount? {
        noting(try inner.personalAccount(reference, withKeys: readsKeys))
    }
    func users(of key: PersonKey, limit: Int) throws(MusterError) -> [UserID] {
        try inner.users(of: key, limit: limit)
    }

    func group(_ reference: GroupReference) throws(MusterError) -> Group? {
        noting(try inner.group(reference))
    }
    func groups(_ uuids: [UUID]) throws(MusterError) -> [Group] { try inner.groups(uuids) }
    func groups() throws(MusterError) -> [Group] { try inner.groups() }
    func groups(beginningWith text: String, limit: Int) throws(MusterError) -> [Group] {
        try inner.groups(beginningWith: text, limit: limit)
    }
    func hasGroup(lookingLike name: String, besides own: GroupID?) throws(MusterError) -> Bool {
        try inner.hasGroup(lookingLike: name, besides: own)
    }
    func memberUUIDs(of group: GroupID) throws(MusterError) -> [UUID] {
        try inner.memberUUIDs(of: group)
    }
    func members(
        of group: GroupID,
        after: UserID?,
        limit: Int
    ) throws(MusterError) -> [GroupMember] {
        try inner.members(of: group, after: after, limit: limit)
    }
    func candidates(
        _ uuids: [UUID],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        try inner.candidates(uuids, of: group)
    }
    func candidates(
        named usernames: [Username],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        try inner.candidates(named: usernames, of: group)
    }
}

extension ReplicaReader: APIKeyReader, SSHKeyReader, SessionReader {
    func apiKey(_ accessKey: String) throws(MusterError) -> (owner: User, key: StoredAPIKey)? {
        noting(try inner.apiKey(accessKey))
    }
    func hasAPIKey(_ user: UserID) throws(MusterError) -> Bool { try inner.hasAPIKey(user) }

    func sshKeys(of user: UserID) throws(MusterError) -> [StoredSSHKey] {
        try inner.sshKeys(of: user)
    }

    func sessionHolder(_ digest: Digest) throws(MusterError) -> SessionHolder? {
        noting(try inner.sessionHolder(digest))
    }
    func passwordHolder(_ user: UserID) throws(MusterError) -> PasswordHolder? {
        noting(try inner.passwordHolder(user))
    }
    func session(_ id: SessionID) throws(MusterError) -> Session? { noting(try inner.session(id)) }
    func session(_ digest: Digest) throws(MusterError) -> Session? {
        noting(try inner.session(digest))
    }
    func sessions(_ query: SessionQuery) throws(MusterError) -> [OwnedSession] {
        try inner.sessions(query)
    }
    func sessionCount(of user: UserID?) throws(MusterError) -> Int {
        try inner.sessionCount(of: user)
    }
    func sessionEnd(_ digest: Digest) throws(MusterError) -> SessionEnd? {
        try inner.sessionEnd(digest)
    }
}

extension ReplicaReader: FactorReader {
    func factors(of user: UserID) throws(MusterError) -> [Factor] { try inner.factors(of: user) }
    func passkey(_ credentialID: [UInt8]) throws(MusterError) -> Factor? {
        noting(try inner.passkey(credentialID))
    }
    func hasFactor(_ user: UserID) throws(MusterError) -> Bool { try inner.hasFactor(user) }
    func factorCounts(of user: UserID) throws(MusterError) -> FactorCounts {
        try inner.factorCounts(of: user)
    }
    func userHandle(of user: UserID) throws(MusterError) -> [UInt8]? {
        try inner.userHandle(of: user)
    }
    func recoveryCodeCount(of user: UserID) throws(MusterError) -> Int {
        try inner.recoveryCodeCount(of: user)
    }
    func failureCount(of factor: CountedFactor, of user: UserID) throws(MusterError) -> Int {
        throw lacking()
    }
    func shutOutOfPasswordOnlyLogins(
        exceptApps hasApps: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) { throw lacking() }
    func beyondCodes(
        isEmailOn: Bool,
        isSMSOn: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) { throw lacking() }
    func passkeySites() throws(MusterError) -> [PasskeySite] { throw lacking() }
}

/// What only the database has.
extension ReplicaReader: DirectoryReader {
    func password(of user: UserID) throws(MusterError) -> StoredPassword? { throw lacking() }
    func formerPasswords(of user: UserID) throws(MusterError) -> [PasswordHash] {
        throw lacking()
    }
    func passwordHashes(
        after user: UserID?,
        limit: Int
    ) throws(MusterError) -> [(user: UserID, hash: PasswordHash)] { throw lacking() }

    func loginFacts(
        of reference: UserReference,
        from sources: [LoginSource]
    ) throws(MusterError) -> LoginFacts? { throw lacking() }
    func loginSource(
        _ source: LoginSource,
        of user: UserID
    ) throws(MusterError) -> LoginSourceRecord { throw lacking() }
    func loginSources(
        of user: UserID
    ) throws(MusterError) -> [(source: LoginSource, record: LoginSourceRecord)] {
        throw lacking()
    }

    func ceremony(_ digest: Digest) throws(MusterError) -> Ceremony? { throw lacking() }
    func verificationCode(of user: UserID) throws(MusterError) -> VerificationCode? {
        throw lacking()
    }
    func sentCodes(
        _ filter: SentCodeFilter,
        after start: Timestamp,
        upTo end: Timestamp,
        limit: Int
    ) throws(MusterError) -> [SentCode] { throw lacking() }

    func auditPage(
        _ query: AuditQuery,
        after position: AuditPosition?
    ) throws(MusterError) -> AuditPage { throw lacking() }
    func auditEventCount(
        _ query: AuditQuery,
        exactUpTo limit: Int
    ) throws(MusterError) -> ListTotal { throw lacking() }
}
