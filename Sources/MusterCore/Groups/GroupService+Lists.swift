extension GroupService {
    /// All groups, the built-in one first, for anybody from the Basic role upwards, and where masks count for whoever
    /// may look at users.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required` or
    ///   `store.unavailable`.
    public func list(by principal: Principal) async throws(MusterError) -> [Group] {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireGroupReader()
            return [Group.everyone(userCount: try reader.userCount())] + (try reader.groups())
        }
    }

    /// All groups but the built-in one, whose members nobody counts for this; for those who may see ``list(by:)``.
    ///
    /// - Throws: as ``list(by:)``.
    public func made(by principal: Principal) async throws(MusterError) -> [Group] {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireGroupReader()
            return try reader.groups()
        }
    }

    /// The groups that a user was put into, without the built-in one, in the snapshot in which the user was read.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func groups(
        of user: User,
        in reader: any DirectoryReader
    ) throws(MusterError) -> [Group] {
        user.groups.isEmpty ? [] : try reader.groups(user.groups)
    }

    /// Finds a group by its reference, for administrators.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.not_found` or `store.unavailable`.
    public func details(
        _ reference: GroupReference,
        by principal: Principal
    ) async throws(MusterError) -> Group {
        // Only to count everybody goes through the whole directory.
        let extent: ReadExtent = reference.isEveryone ? .unbounded : .bounded
        return try await access.look(by: principal, extent) {
            caller,
            reader throws(MusterError) in
            var group = try reader.existingGroup(reference, for: caller)
            if group.isEveryone { group.userCount = try reader.userCount() }
            return group
        }
    }

    /// A group, as ``details(_:by:)``, in the snapshot of a reader; nil for the built-in one, whose members are not
    /// counted so quickly.
    ///
    /// - Throws: as ``details(_:by:)``.
    public func details(
        _ reference: GroupReference,
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Group? {
        let group = try reader.existingGroup(reference, for: principal)
        return group.isEveryone ? nil : group
    }
}
