import ClientTransport
import NIOHTTP1
import TenableAPI
import TextBytes

extension TenableIO {
    /// The caller itself.
    public var session: Session { Session(tio: self) }

    /// The caller itself: the calls of pyTenable's `tio.session`, in camel case.
    ///
    /// Everybody may make them.
    public struct Session: Sendable {
        let tio: TenableIO
    }

    /// The caller, and the instance at which it is.
    public struct SessionRecord: Sendable, Equatable {
        /// The whole record.
        public let json: JSONObject
        /// The caller.
        public let user: User
        /// The groups of the caller, where the server shows them.
        public let groups: [Group]
        /// The name of the instance.
        public let containerName: String?
        /// What the instance can do.
        public let features: [String: Bool]

        /// Reads a record.
        ///
        /// - Throws: `TenableFieldError`.
        init(_ json: JSONObject) throws(TenableFieldError) {
            self.json = json
            user = try User(json)
            groups = try (json["groups"] ?? .array([])).records("groups") {
                object throws(TenableFieldError) in try Group(object)
            }
            containerName = try TenableFields(json, upTo: TextLimit.answer).text("container_name")
            var features: [String: Bool] = [:]
            if case .object(let members)? = json["features"] {
                // The names become keys, so that only short ones of ASCII are taken.
                for (name, value) in members.members
                where name.utf8.count <= TextLimit.word && name.utf8.allSatisfy({ $0 < 0x80 }) {
                    if case .bool(let flag) = value { features[name] = flag }
                }
            }
            self.features = features
        }
    }
}

extension TenableIO.Session {
    var credentials: CredentialCalls {
        CredentialCalls(tio: tio, route: "/session", path: "/session")
    }

    /// Reads who the caller is.
    ///
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/unauthorized`` where the credentials open nothing.
    public func details() async throws(TenableError) -> TenableIO.SessionRecord {
        try await tio.record(Request(.GET, "/session")) { object throws(TenableFieldError) in
            try TenableIO.SessionRecord(object)
        }
    }

    /// Changes one's own name and address; what is left out stays as it is.
    ///
    /// - Parameters:
    ///   - name: The new name; `.clear` takes it away.
    ///   - email: The new address; `.clear` takes it away.
    ///   - currentPassword: One's own password, which Muster asks for where the address changes.
    /// - Returns: The caller as it is now.
    /// - Throws: ``TenableError``.
    @discardableResult
    public func edit(
        name: TenableIO.Change = .keep,
        email: TenableIO.Change = .keep,
        currentPassword: String? = nil
    ) async throws(TenableError) -> TenableIO.User {
        let changes = EditUserRequest(
            name: name.text,
            email: email.text,
            currentPassword: currentPassword
        )
        let request = Request(.PUT, "/session") { changes.writeMembers(to: &$0) }
        return try await tio.user(request.repeatable)
    }

    /// Changes one's own password.
    ///
    /// - Parameters:
    ///   - oldPassword: The present one.
    ///   - newPassword: The new one, which has to satisfy the server's policy.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/badRequest`` where a password is refused.
    public func changePassword(
        oldPassword: String,
        newPassword: String
    ) async throws(TenableError) {
        try await credentials.changePassword(
            ChangePasswordRequest(password: newPassword, currentPassword: oldPassword)
        )
    }

    /// Makes a new pair of one's own API keys, which replaces the present one at once.
    ///
    /// Whoever came with the old keys goes on with a new ``TenableIO``.
    ///
    /// - Returns: The keys, which no call shows again.
    /// - Throws: ``TenableError``.
    public func genAPIKeys() async throws(TenableError) -> TenableIO.APIKeys {
        try await credentials.genAPIKeys()
    }

    /// Acts as oneself again; nothing is sent.
    ///
    /// - Returns: The same way to the server, without impersonation.
    public func restore() -> TenableIO {
        TenableIO(tio.connection)
    }
}
