extension Users {
    /// Adds a user, with the bits of its masks by name.
    ///
    /// - Parameters:
    ///   - name: The login name.
    ///   - password: The password, which has to satisfy the server's policy.
    ///   - read: The read permissions.
    ///   - write: The write permissions, which include the read ones.
    ///   - lview: The liveview permissions.
    ///   - timeout: The inactivity timeout in seconds, 0 to 2^31-1; 0 means never.
    ///   - hosts: Addresses and networks in CIDR form from which the user may come. **None means from
    ///     anywhere.**
    /// - Returns: The user as it was stored.
    /// - Throws: ``ActiveLogicError``, as ``addUser(name:password:readbm:writebm:lviewbm:timeout:hosts:)``.
    @discardableResult
    public func addUser(
        name: String,
        password: String,
        read: ActiveLogic.Permissions,
        write: ActiveLogic.Permissions = [],
        lview: ActiveLogic.Permissions = [],
        timeout: Int64 = 0,
        hosts: [String] = []
    ) async throws(ActiveLogicError) -> User {
        try await addUser(
            name: name,
            password: password,
            readbm: read.rawValue,
            writebm: write.rawValue,
            lviewbm: lview.rawValue,
            timeout: timeout,
            hosts: hosts
        )
    }

    /// Sets the bits of a user's masks by name.
    ///
    /// A mask that is left out or nil stays as it is at the server; one that is given becomes this, bit by bit. To add to
    /// what a user has, begin with that: `user.readPermissions.union(.statistics)` keeps the bits without a name, too.
    ///
    /// - Parameters:
    ///   - user: Whom to change.
    ///   - read: The new read permissions.
    ///   - write: The new write permissions.
    ///   - lview: The new liveview permissions.
    /// - Returns: The user as it is now.
    /// - Throws: ``ActiveLogicError``, as
    ///   ``updateUser(_:name:password:readbm:writebm:lviewbm:timeout:hosts:)``.
    @discardableResult
    public func setPermissions(
        _ user: UserRef,
        read: ActiveLogic.Permissions? = nil,
        write: ActiveLogic.Permissions? = nil,
        lview: ActiveLogic.Permissions? = nil
    ) async throws(ActiveLogicError) -> User {
        try await updateUser(
            user,
            readbm: read?.rawValue,
            writebm: write?.rawValue,
            lviewbm: lview?.rawValue
        )
    }
}
