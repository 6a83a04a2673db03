extension UserService {
    /// One page of users, for those who may look at others: the Basic role, or the read of Users.
    ///
    /// The caller is admitted again, so that a list of many pages ends when its reader's rights do.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `input.invalid` or `store.unavailable`.
    public func page(
        by principal: Principal,
        _ query: () throws(MusterError) -> UserQuery
    ) async throws(MusterError) -> [User] {
        let query = try query()
        let extent: ReadExtent = query.isShort ? .bounded : .unbounded
        return try await access.store.read(extent) { [self] reader throws(MusterError) in
            let caller = try access.readmitUnchanged(principal, in: reader)
            return try page(by: caller, in: reader) { () throws(MusterError) in query }
        }
    }

    /// One page of users, as ``page(by:_:)``, at the moment that a reader sees.
    ///
    /// - Throws: as ``page(by:_:)``.
    public func page(
        by principal: Principal,
        in reader: any DirectoryReader,
        _ query: () throws(MusterError) -> UserQuery
    ) throws(MusterError) -> [User] {
        try principal.requireReader()
        var users = try reader.users(try query())
        // Changed where they are: to copy a user costs as much as to write half of its record.
        users.show(to: principal)
        access.activity.update(&users)
        return users
    }

    /// A user, for administrators; or the caller itself.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    public func details(
        _ target: UserTarget,
        by principal: Principal
    ) async throws(MusterError) -> User {
        let (user, caller) = try await access.look(by: principal) {
            caller,
            reader throws(MusterError) in
            (try reader.resolve(target, for: caller), caller)
        }
        return access.activity.updated(user.shown(to: caller))
    }

    /// A user, as ``details(_:by:)``, at the moment that a reader sees.
    ///
    /// - Throws: as ``details(_:by:)``.
    public func details(
        _ target: UserTarget,
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> User {
        // Changed where it is: to copy a user costs as much as to write a tenth of its record.
        var user = try reader.resolve(target, for: principal)
        user.show(to: principal)
        access.activity.update(&user)
        return user
    }

    /// A user, for those who may look at others; or the caller itself, by whatever name.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    public func look(
        at reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) -> User {
        let user = try await access.look(by: principal) { caller, reader throws(MusterError) in
            try reader.resolveReadable(reference, for: caller).shown(to: caller)
        }
        return access.activity.updated(user)
    }

    /// A user, as ``look(at:by:)``, at the moment that a reader sees.
    ///
    /// - Throws: as ``look(at:by:)``.
    public func look(
        at reference: UserReference,
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> User {
        var user = try reader.resolveReadable(reference, for: principal)
        user.show(to: principal)
        access.activity.update(&user)
        return user
    }
}
