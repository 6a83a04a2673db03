import ClientTransport
import NIOHTTP1
import WireJSON

extension Users {
    /// Adds a user.
    ///
    /// Nobody can give permissions that it does not hold itself.
    ///
    /// - Parameters:
    ///   - name: The login name: a letter, a digit or `_`, then at most 253 of `A-Z a-z 0-9 . _ @ + = -`.
    ///   - password: The password, which has to satisfy the server's policy.
    ///   - readbm: The read permissions, 0 to 2^63-1.
    ///   - writebm: The write permissions, 0 to 2^63-1.
    ///   - lviewbm: The liveview permissions, 0 to 2^63-1.
    ///   - timeout: The inactivity timeout in seconds, 0 to 2^31-1; 0 means never.
    ///   - hosts: Addresses and networks in CIDR form from which the user may come. **None means from
    ///     anywhere.**
    /// - Returns: The user as it was stored.
    /// - Throws: ``ActiveLogicError``: `PLDBError` where the name is taken (`user_already_exists`) or a right is
    ///   missing (`permission_denied`), `ValueError` where a host, the name, the password or a number is not
    ///   what it may be, `PLDBNewDataCommitted` from a strict handle, `PLDBDetached`, `PLDBIOError`.
    @discardableResult
    public func addUser(
        name: String,
        password: String,
        readbm: Int64 = 0,
        writebm: Int64 = 0,
        lviewbm: Int64 = 0,
        timeout: Int64 = 0,
        hosts: [String] = []
    ) async throws(ActiveLogicError) -> User {
        let secret = Secret(password)
        let request = Request(.POST, "/users") { json in
            json.member("name", name)
            secret.withExposedValue { json.member("password", $0) }
            json.member("readbm", readbm)
            json.member("writebm", writebm)
            json.member("lviewbm", lviewbm)
            json.member("timeout", timeout)
            json.member("hosts", hosts)
        }
        return try User(try await change(request))
    }

    /// Changes a user.
    ///
    /// What is left out or nil stays as it is at the server at that moment, whatever a ``User`` that is passed
    /// says. Nobody is asked for the present password, but a new one ends the user's other sessions.
    ///
    /// - Parameters:
    ///   - user: Whom to change.
    ///   - name: The new login name.
    ///   - password: The new password.
    ///   - readbm: The new read permissions, 0 to 2^63-1.
    ///   - writebm: The new write permissions, 0 to 2^63-1.
    ///   - lviewbm: The new liveview permissions, 0 to 2^63-1.
    ///   - timeout: The new inactivity timeout in seconds, 0 to 2^31-1; 0 means never.
    ///   - hosts: The new addresses and networks. **An empty list means from anywhere.**
    /// - Returns: The user as it is now.
    /// - Throws: ``ActiveLogicError``: `ValueError` where the user does not exist (`user_not_found`) or a value
    ///   is not what it may be, `PLDBError` where the name is taken, a right is missing or nobody would be left
    ///   with Write on Users, `PLDBNewDataCommitted` from a strict handle, `PLDBDetached`, `PLDBIOError`.
    @discardableResult
    public func updateUser(
        _ user: UserRef,
        name: String? = nil,
        password: String? = nil,
        readbm: Int64? = nil,
        writebm: Int64? = nil,
        lviewbm: Int64? = nil,
        timeout: Int64? = nil,
        hosts: [String]? = nil
    ) async throws(ActiveLogicError) -> User {
        let secret = password.map { Secret($0) }
        let target = user.target
        let request = Request(.PATCH, target.route, path: try target.path()) { json in
            if let name { json.member("name", name) }
            secret?.withExposedValue { json.member("password", $0) }
            if let readbm { json.member("readbm", readbm) }
            if let writebm { json.member("writebm", writebm) }
            if let lviewbm { json.member("lviewbm", lviewbm) }
            if let timeout { json.member("timeout", timeout) }
            if let hosts { json.member("hosts", hosts) }
        }
        return try User(try await change(request))
    }

    /// Removes a user with its keys and sessions.
    ///
    /// - Parameter user: Whom to remove; not oneself, and not the last one with Write on Users.
    /// - Throws: ``ActiveLogicError``: `ValueError` where the user does not exist (`user_not_found`), `PLDBError`
    ///   where a right is missing or the user must stay, `PLDBNewDataCommitted` from a strict handle,
    ///   `PLDBDetached`, `PLDBIOError`.
    public func removeUser(_ user: UserRef) async throws(ActiveLogicError) {
        let target = user.target
        _ = try await change(Request(.DELETE, target.route, path: try target.path()))
    }
}

extension JSONWriter {
    /// Writes a member that is a list of strings.
    fileprivate mutating func member(_ name: StaticString, _ values: [String]) {
        self.name(name)
        array { json in
            for value in values { json.string(value) }
        }
    }
}
