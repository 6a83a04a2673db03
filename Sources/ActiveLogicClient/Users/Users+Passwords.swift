import ClientTransport
import NIOHTTP1
import WireJSON

extension Users {
    /// Changes a password after asking for the caller's own.
    ///
    /// - Important: `currentPassword` is always the password of **whoever is logged in**, also where the
    ///   password of somebody else changes.
    ///
    /// Whether the server can do this is known since the login, so an old one gets to see neither password.
    ///
    /// - Parameters:
    ///   - user: Whose password changes.
    ///   - currentPassword: The password of whoever is logged in.
    ///   - newPassword: The user's new password, which has to satisfy the server's policy.
    /// - Throws: ``ActiveLogicError``: `ValueError` where the user does not exist or the new password is refused,
    ///   `PLDBError` where the current one is wrong (`password_current_invalid`) or a right is missing,
    ///   `PLDBUnsupportedInFirmware` where the server does not know this, `PLDBNewDataCommitted` from a strict
    ///   handle, `PLDBDetached`, `PLDBIOError`.
    public func changeUserPassword(
        _ user: UserRef,
        currentPassword: String,
        newPassword: String
    ) async throws(ActiveLogicError) {
        guard session.capabilities.contains(.changeUserPassword) else {
            throw .changeUserPasswordUnsupported
        }
        let current = Secret(currentPassword)
        let new = Secret(newPassword)
        let target = user.target
        let request = Request(
            .PUT,
            target.route + "/password",
            path: try target.path() + "/password"
        ) { json in
            current.withExposedValue { json.member("current_password", $0) }
            new.withExposedValue { json.member("new_password", $0) }
        }
        _ = try await change(request)
    }

    /// Asks whether a name and a password belong together, and what that user may do.
    ///
    /// Nothing comes of it: no session begins and the caller's own is not touched. Never answered from memory.
    ///
    /// - Parameters:
    ///   - username: The login name; never an id.
    ///   - password: The password.
    ///   - ipAddress: The address from which the user's client comes, checked against the user's hosts.
    /// - Returns: The user's permissions at this moment.
    /// - Throws: ``ActiveLogicError``: `PLDBError` "Login Failed" (`login_failed`), the one answer to an unknown
    ///   name, a wrong password, an address that is not allowed or is none, a locked user and too many
    ///   questions; `PLDBError` without Read on Users; `PLDBDetached`, `PLDBIOError`.
    public func authenticate(
        username: String,
        password: String,
        ipAddress: String
    ) async throws(ActiveLogicError) -> Authentication {
        let secret = Secret(password)
        let request = Request(.POST, "/authenticate") { json in
            json.member("username", username)
            secret.withExposedValue { json.member("password", $0) }
            json.member("ip_address", ipAddress)
        }
        return try Authentication(try await session.send(request))
    }
}
