import ClientTransport
import NIOHTTP1
import TenableAPI
import TextBytes

extension TenableIO.Users {
    /// Creates a user.
    ///
    /// ```swift
    /// let user = try await tio.users.create(
    ///     username: "jdoe@company.com",
    ///     password: password,
    ///     permissions: .administrator,
    ///     name: "Jane Doe",
    ///     email: "jdoe@company.com"
    /// )
    /// ```
    ///
    /// Where the answer is lost on the way, the username is looked up before anything is sent again. A user who is
    /// there, is as was asked for and has never been used is taken for the one that was to be created; one who is
    /// there and differs is an error of kind ``TenableError/Kind/uncertain``.
    ///
    /// - Parameters:
    ///   - username: The login name, `name@domain`.
    ///   - password: The password, which has to satisfy the server's policy.
    ///   - permissions: The role.
    ///   - name: The name for people.
    ///   - email: The e-mail address; the username if left out.
    /// - Returns: The user as it was stored.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/conflict`` where the name is taken, and
    ///   ``TenableError/Kind/badRequest`` where a value is refused.
    @discardableResult
    public func create(
        username: String,
        password: String,
        permissions: TenableIO.Permissions,
        name: String? = nil,
        email: String? = nil
    ) async throws(TenableError) -> TenableIO.User {
        let body = CreateUserRequest(
            username: username,
            password: password,
            permissions: Int64(permissions.rawValue),
            name: name,
            email: email
        )
        let creation = UserCreation(tio: tio, user: body)
        return try await creation.run()
    }
}

/// The creation of one user, which happens once even where answers are lost.
struct UserCreation {
    let tio: TenableIO
    let user: CreateUserRequest

    /// Creates the user.
    ///
    /// - Throws: ``TenableError``.
    func run() async throws(TenableError) -> TenableIO.User {
        let request = Request(.POST, "/users") { user.writeMembers(to: &$0) }
        var attempt = 0
        while true {
            do {
                return try await tio.user(request)
            } catch {
                guard isInDoubt(error, attempt) else { throw error }
                if let found = try await find(after: error) {
                    guard isAsAsked(found) else { throw uncertain(error) }
                    return found
                }
                // A name that was taken a moment ago and is free now: nobody knows what goes on there.
                guard error.kind != .conflict else { throw uncertain(error) }
                guard try await tio.connection.mayRepeat(request, attempt) else { throw error }
                attempt += 1
            }
        }
    }

    /// Whether the user may have been created although the call failed.
    ///
    /// That also holds for a name that is taken when the request is sent again: the first may have been late.
    private func isInDoubt(_ error: TenableError, _ attempt: Int) -> Bool {
        switch error.kind {
        case .cancelled, .closed: false
        case .conflict: attempt > 0
        // Without a time to come back, also such an answer may hide what somebody after it has done.
        default:
            error.isOutcomeUnknown
                || [429, 503].contains(error.status) && error.retryAfter == nil
        }
    }

    private func find(after error: TenableError) async throws(TenableError) -> TenableIO.User? {
        let list = TenableIO.UserList(tio, "/users", prefix: user.username, pageSize: 1_000)
        do {
            var iterator = list.makeAsyncIterator()
            while let found = try await iterator.next(isolation: #isolation) {
                if found.username.hasSameFoldedBytes(as: user.username) { return found }
            }
            return nil
        } catch {
            throw uncertain(error)
        }
    }

    private func isAsAsked(_ found: TenableIO.User) -> Bool {
        let hasBeenUsed =
            found.lastLogin != nil || found.lastAPIKeyAccess != nil || found.loginFailTotal ?? 0 > 0
        let username = user.username
        return !hasBeenUsed && found.enabled == true
            && found.permissions?.rawValue == user.permissions.map { Int(clamping: $0) }
            && [user.name ?? username, user.name].contains {
                $0.map { ByteText($0) } == found.name.map { ByteText($0) }
            }
            && found.email.hasSameBytes(as: user.email ?? username)
    }

    private func uncertain(_ error: TenableError) -> TenableError {
        TenableError(
            .uncertain,
            "Whether the user was created is not known. Look it up by its username, then decide.",
            status: error.status,
            requestID: error.requestID,
            isOutcomeUnknown: true,
            cause: error
        )
    }
}
