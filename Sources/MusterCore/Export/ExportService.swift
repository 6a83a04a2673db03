/// Gives out all users in the form in which they can be imported again.
public struct ExportService: Sendable {
    /// How many users are read at a time.
    public static let batchSize = 1000

    private let access: DirectoryAccess

    init(_ access: DirectoryAccess) {
        self.access = access
    }

    /// Begins an export, for administrators, and records that it was asked for.
    ///
    /// Hashes can be guessed at in peace, so only the role Administrator, which may take over anybody anyway,
    /// gets them.
    ///
    /// - Parameters:
    ///   - principal: The caller.
    ///   - leaves: Whether anything will be given out. What only asks whether it could be is not recorded.
    ///   - input: Whether hashes are asked for.
    /// - Returns: The export, of which nothing has been read.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `store.unavailable`, or what `input` throws.
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
        try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            try principal.requireRight(right)
            guard leaves else { return }
            let fields = [AuditField("hashes", "\(withHashes)")]
            try transaction.appendAuditEvent(
                access.event(.userExport, by: principal, on: nil, fields: fields)
            )
        }
        return UserExport(access: access, principal: principal, withHashes: withHashes)
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
            let ids = users.map(\.id)
            let keys = try reader.sshKeys(of: ids)
            let passwords = withHashes ? try reader.passwords(of: ids) : [:]
            return users.map { user in
                ExportedUser(
                    user: user,
                    groups: user.groups.compactMap { names[$0] },
                    keys: (keys[user.id] ?? []).map(\.key),
                    password: passwords[user.id]
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
}
