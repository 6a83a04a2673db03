/// What is read of a user beside what everybody sees of it and what it is judged by.
///
/// Whoever reads many users need not wait for what nobody has asked for.
public struct UserParts: OptionSet, Sendable {
    /// The parts, a bit for each.
    public let rawValue: Int

    /// The parts of these bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// ``User/groups``; a store may leave them empty where they are not asked for.
    public static let groups = UserParts(rawValue: 1)
    /// ``User/holdings``; a store that would have to look for them as well may leave them out.
    public static let holdings = UserParts(rawValue: 2)
    /// ``User/secondFactor``, ``User/logins``, ``User/lastKeyUse``, ``User/inactivityTimeout`` and ``User/note``; a store may
    /// leave them as those of a new user where they are not asked for.
    public static let signIns = UserParts(rawValue: 4)

    /// What everybody has who asks for nothing else.
    public static let usual: UserParts = [.groups, .signIns]

    /// All choices of them, each at the place of its raw value: stores that keep a statement for each have it there.
    public static let choices = (0..<8).map(UserParts.init(rawValue:))
}

/// Whether there is anything of a user that is read by itself, so that nobody looks for it in vain.
public struct UserHoldings: Sendable, Equatable {
    /// Whether something is known of it as a person.
    public let hasPerson: Bool
    /// Whether it has public keys.
    public let hasSSHKeys: Bool

    /// Says what there is.
    public init(hasPerson: Bool, hasSSHKeys: Bool) {
        self.hasPerson = hasPerson
        self.hasSSHKeys = hasSSHKeys
    }
}

extension UserReader {
    /// Reads all of it, as a store may.
    public func user(
        _ reference: UserReference,
        with parts: UserParts
    ) throws(MusterError) -> User? {
        try user(reference)
    }

    /// The users of an address, as ``users(withEmail:limit:with:)``, with what everybody has.
    public func users(withEmail email: String, limit: Int) throws(MusterError) -> [User] {
        try users(withEmail: email, limit: limit, with: .usual)
    }

    /// The users who may have some texts, as ``fewUsers(withClues:limit:with:)``, with what everybody has.
    public func fewUsers(
        withClues clues: [[String]],
        limit: Int
    ) throws(MusterError) -> [User]? {
        try fewUsers(withClues: clues, limit: limit, with: .usual)
    }
}
