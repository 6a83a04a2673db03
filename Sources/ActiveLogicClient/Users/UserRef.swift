import ClientTransport

/// The user a call acts on.
///
/// The type decides, never the content: `10` is an id and `"10"` is a name.
///
/// ```swift
/// try await users.removeUser(10)
/// try await users.removeUser("10")
/// try await users.removeUser(.user(somebody))
/// ```
public enum UserRef: Sendable, Hashable {
    /// By id.
    case id(Int64)
    /// By login name, without regard to ASCII case.
    case name(String)
    /// By the id of a user that was read before, however old; nothing else of it is used.
    case user(User)
}

extension UserRef: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// Takes a literal number as an id.
    public init(integerLiteral value: Int64) {
        self = .id(value)
    }

    /// Takes a literal text as a name.
    public init(stringLiteral value: String) {
        self = .name(value)
    }
}

extension UserRef {
    /// What of a reference reaches the server.
    enum Target: Hashable, Sendable {
        case id(Int64)
        case name(String)
    }

    var target: Target {
        switch self {
        case .id(let id): .id(id)
        case .name(let name): .name(name)
        case .user(let user): .id(user.id)
        }
    }
}

extension UserRef.Target {
    /// The most bytes of a name that are sent: 1024, well above the 254 that a name may have.
    private static let longestName = 1_024

    /// The pattern of the path, for the log.
    var route: String {
        switch self {
        case .id: "/users/{id}"
        case .name: "/users/by-name/{name}"
        }
    }

    /// The path.
    ///
    /// - Throws: ``ActiveLogicError`` with code `user_not_found` for names that cannot stand in a path, which
    ///   no user has.
    func path() throws(ActiveLogicError) -> String {
        switch self {
        case .id(let id):
            return "/users/\(id)"
        case .name(let name):
            guard !["", ".", ".."].contains(name), name.utf8.count <= UserRef.Target.longestName
            else { throw .userNotFound }
            return "/users/by-name/" + PercentEncoding.encode(name)
        }
    }
}
