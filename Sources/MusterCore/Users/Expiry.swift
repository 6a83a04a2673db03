/// From when on an account is shut.
public enum Expiry: Sendable, Equatable {
    /// From no moment on.
    case never
    /// From this moment on.
    case at(Timestamp)

    /// The last moment that can be written with four digits for the year, as RFC 3339 and sshd(8) do.
    public static let last = Timestamp(rawValue: 253_402_300_799_999)

    /// The moment; nil if there is none.
    public var moment: Timestamp? {
        switch self {
        case .never: nil
        case .at(let moment): moment
        }
    }
}

extension User {
    /// Whether the account has expired at a moment.
    public func isExpired(at now: Timestamp) -> Bool {
        expiresAt.map { $0 <= now } ?? false
    }

    /// The user as a caller may see it: only who administers users sees what they have noted.
    consuming func shown(to caller: Principal) -> User {
        show(to: caller)
        return self
    }

    /// Leaves of the user what a caller may see.
    mutating func show(to caller: Principal) {
        if note != nil, !caller.isAdministrator { note = nil }
    }
}

extension [User] {
    /// Leaves of each user what a caller may see.
    mutating func show(to caller: Principal) {
        guard !caller.isAdministrator else { return }
        for place in indices where self[place].note != nil { self[place].note = nil }
    }
}
