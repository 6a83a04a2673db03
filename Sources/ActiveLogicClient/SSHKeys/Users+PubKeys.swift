import ActiveLogicAPI
import ClientTransport
import NIOHTTP1
import WireJSON

extension Users {
    /// Gives a user a public SSH key.
    ///
    /// A key that the user has already is no failure.
    ///
    /// - Parameters:
    ///   - user: Who gets the key.
    ///   - key: The key in base64, or a line of a `.pub` file, of which kind and comment are dropped.
    /// - Returns: The key as it was stored.
    /// - Throws: ``ActiveLogicError``: `ValueError` where the user does not exist (`user_not_found`) or the key is
    ///   malformed, weak or of a kind that is not taken (`ssh_key_invalid`), `PLDBError` where the user has as
    ///   many keys as it may have or a right is missing, `PLDBNewDataCommitted` from a strict handle,
    ///   `PLDBDetached`, `PLDBIOError`.
    @discardableResult
    public func addPubKey(
        _ user: UserRef,
        _ key: String
    ) async throws(ActiveLogicError) -> UserPubKey {
        let answer = try await change(try Users.keyRequest(.POST, user, key))
        guard let record = KeyRecord(.object(try answer.object())) else {
            throw .malformedAnswer(requestID: answer.requestID)
        }
        return UserPubKey(record)
    }

    /// Gives a user a public SSH key that was listed before, or made with ``UserPubKey/init(username:key:)``.
    ///
    /// - Parameters:
    ///   - user: Who gets the key.
    ///   - key: The key. Its user name does not count, so keys can be copied from one user to another.
    /// - Returns: The key as it was stored.
    /// - Throws: ``ActiveLogicError``, as for the key in base64.
    @discardableResult
    public func addPubKey(
        _ user: UserRef,
        _ key: UserPubKey
    ) async throws(ActiveLogicError) -> UserPubKey {
        try await addPubKey(user, key.key)
    }

    /// Takes a public SSH key from a user.
    ///
    /// Sessions that were opened with it go on.
    ///
    /// - Parameters:
    ///   - user: Who loses the key.
    ///   - key: The key in base64, or a line of a `.pub` file.
    /// - Throws: ``ActiveLogicError``: `PLDBError` where the user does not have the key (`ssh_key_not_found`) or a
    ///   right is missing, `ValueError` where the user does not exist (`user_not_found`) or the text is no key,
    ///   `PLDBNewDataCommitted` from a strict handle, `PLDBDetached`, `PLDBIOError`.
    public func removePubKey(_ user: UserRef, _ key: String) async throws(ActiveLogicError) {
        _ = try await change(try Users.keyRequest(.DELETE, user, key))
    }

    /// Takes a public SSH key that was listed before from a user.
    ///
    /// - Parameters:
    ///   - user: Who loses the key.
    ///   - key: The key. Its user name does not count.
    /// - Throws: ``ActiveLogicError``, as for the key in base64.
    public func removePubKey(_ user: UserRef, _ key: UserPubKey) async throws(ActiveLogicError) {
        try await removePubKey(user, key.key)
    }

    private static func keyRequest(
        _ method: HTTPMethod,
        _ user: UserRef,
        _ key: String
    ) throws(ActiveLogicError) -> Request {
        let target = user.target
        return Request(method, target.route + "/keys", path: try target.path() + "/keys") { json in
            json.member("key", key)
        }
    }
}
