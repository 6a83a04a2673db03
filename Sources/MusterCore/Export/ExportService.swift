/// Gives out all users in the form in which they can be imported again.
public struct ExportService: Sendable {
    /// How many users are read at a time.
    public static let batchSize = 1000

    private let access: DirectoryAccess
    private let confirmation: OwnConfirmation

    init(_ access: DirectoryAccess, passwords: PasswordChecks) {
        self.access = access
        confirmation = OwnConfirmation(access, passwords: passwords)
    }

    /// Begins an export, for administrators, and records that it was asked for.
    ///
    /// Hashes can be guessed at in peace, so only the role Administrator, which may take over anybody anyway,
    /// gets them; in a session, which may have been stolen, only if its owner has proved itself lately, and in nobody else's name.
    ///
    /// - Parameters:
    ///   - principal: The caller.
    ///   - leaves: Whether anything will be given out. What only asks whether it could be is not recorded.
    ///   - input: Whether hashes are asked for.
    /// - Returns: The export, of which nothing has been read.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `access.impersonation_refused`, `factor.confirmation_required`, `store.unavailable`, or what `input` throws.
    public func begin(
        by principal: Principal,
        leaves: Bool = true,
        withHashes input: () throws(MusterError) -> Bool
    ) async throws(MusterError) -> UserExport {
        try principal.requireAdministrator()
        let withHashes = try input()
        if withHashes { try principal.require(.administrator) }
        let access = access
        let right: Principal.Right = withHashes ? .role(.administrator) : .administrator
        if withHashes, principal.sessionDigest != nil {
            do {
                try await confirmation.change(by: principal, nil, needing: right) {
                    caller,
                    transaction throws(MusterError) in
                    guard leaves else { return }
                    try transaction.recordExport(withHashes: true, by: caller, access)
                }
            } catch  where error.code == .confirmationRequired {
                // The request has no place for a password.
                throw OwnConfirmation.refusal(error.challenge, to: "log in again")
            }
            return UserExport(access: access, principal: principal, withHashes: true)
        }
        try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            try principal.requireRight(right)
            guard leaves else { return }
            try transaction.recordExport(withHashes: withHashes, by: principal, access)
        }
        return UserExport(access: access, principal: principal, withHashes: withHashes)
    }
}

extension ExportService {
    /// Begins an export as ``begin(by:leaves:withHashes:)``; with hashes, only for whoever has proved lately who it is: a
    /// page that somebody has left open is no place from which hashes are taken.
    ///
    /// - Parameters:
    ///   - principal: The caller.
    ///   - withHashes: Whether hashes are asked for.
    ///   - password: The caller's password, if it was given.
    /// - Returns: The export, of which nothing has been read.
    /// - Throws: ``MusterError`` as there; with code `access.impersonation_refused`, `factor.confirmation_required` or
    ///   `password.current_invalid`.
    public func beginConfirmed(
        by principal: Principal,
        withHashes: Bool,
        password: Secret<String>?
    ) async throws(MusterError) -> UserExport {
        guard withHashes else {
            return try await begin(by: principal) { () throws(MusterError) in false }
        }
        try principal.require(.administrator)
        let access = access
        try await confirmation.change(by: principal, password, needing: .role(.administrator)) {
            caller,
            transaction throws(MusterError) in
            try transaction.recordExport(withHashes: true, by: caller, access)
        }
        return UserExport(access: access, principal: principal, withHashes: true)
    }

    /// Lets the role Administrator have a backup made, which holds everything; only for whoever has proved lately who it is.
    ///
    /// - Returns: What records it once it was made (``BackupLeave/begin()``), and is asked before each part of it is given out.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `access.impersonation_refused`, `factor.confirmation_required`, `password.current_invalid` or `store.unavailable`.
    public func beginBackup(
        by principal: Principal,
        password: Secret<String>?
    ) async throws(MusterError) -> BackupLeave {
        try principal.require(.administrator)
        try await confirmation.change(by: principal, password, needing: .role(.administrator)) {
            _,
            _ throws(MusterError) in
        }
        return BackupLeave(access: access, principal: principal)
    }
}

extension DirectoryTransaction {
    /// Records that an export was asked for.
    fileprivate func recordExport(
        withHashes: Bool,
        by caller: Principal,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let fields = [AuditField("hashes", "\(withHashes)")]
        try appendAuditEvent(access.event(.userExport, by: caller, on: nil, fields: fields))
    }
}

/// The leave to take a backup, which lasts as long as the right to.
public struct BackupLeave: Sendable {
    let access: DirectoryAccess
    let principal: Principal

    /// Records that the backup is taken, for a caller who is admitted again; to be called when it was made, before anything of
    /// it is given out.
    ///
    /// - Throws: ``MusterError`` as ``renew()``.
    public func begin() async throws(MusterError) {
        let access = access
        try await access.change(by: principal, needing: .role(.administrator)) {
            caller,
            transaction throws(MusterError) in
            try transaction.appendAuditEvent(access.event(.directoryBackup, by: caller, on: nil))
        }
    }

    /// Admits the caller again; to be called before each part is given out.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `session.expired`, `access.impersonation_refused`,
    ///   `access.insufficient_scope` or `store.unavailable`.
    public func renew() async throws(MusterError) {
        try await access.store.read(.bounded) { [self] reader throws(MusterError) in
            try access.readmitUnchanged(principal, in: reader).require(.administrator)
        }
    }
}

/// One export on its way.
public struct UserExport: Sendable {
    let access: DirectoryAccess
    let principal: Principal
    let withHashes: Bool

    /// The next users by number.
    ///
    /// Each batch is read at one moment, at which the caller is admitted again; users who are changed meanwhile
    /// may be seen before or after.
    ///
    /// - Parameter last: The last user of the batch before; nil begins.
    /// - Returns: At most ``ExportService/batchSize`` users; fewer mean that there are no more.
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `access.insufficient_scope` or
    ///   `store.unavailable`.
    public func batch(after last: UserID?) async throws(MusterError) -> [ExportedUser] {
        try await access.store.read(.bounded) { [self] reader throws(MusterError) in
            let caller = try access.readmitUnchanged(principal, in: reader)
            try caller.requireAdministrator()
            let users = try reader.users(UserQuery(limit: ExportService.batchSize, after: last))
            let groups = try reader.groups()
            let names = Dictionary(groups.map { ($0.uuid, $0.name) }) { first, _ in first }
            let belongings = try reader.belongings(
                of: users.map(\.id),
                withPasswords: withHashes
            )
            return users.map { user in
                let own = belongings[user.id]
                return ExportedUser(
                    user: user,
                    groups: user.groups.compactMap { names[$0] },
                    keys: (own?.keys ?? []).map(\.key),
                    password: own?.password,
                    person: own?.person
                )
            }
        }
    }
}

/// A user as it leaves the directory.
public struct ExportedUser: Sendable {
    /// The user.
    public let user: User
    /// The names of the groups that the user was put into.
    public let groups: [String]
    /// The public keys.
    public let keys: [SSHPublicKey]
    /// The password's hash; nil if none was asked for or the user has none.
    public let password: StoredPassword?
    /// What is known of the person; nil if nobody has said anything of it.
    public var person: Person?
}
