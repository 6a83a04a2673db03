import FoundationEssentials

/// What of a minute stands in the audit log as a count, and not one by one: from where, about whom and by whom.
struct AuditTally: Sendable, Equatable {
    /// What is counted.
    enum Kind: String, Sendable {
        /// Refused attempts.
        case refused
        /// Logins, right answers to questions, and logouts.
        case signedIn
    }

    let kind: Kind
    /// The source's text.
    let place: String
    /// About whom; nil for nobody who is known.
    var target: UUID?
    /// Who asked; nil for strangers.
    var asker: UUID?

    /// What stands between the parts; no source has it.
    private static let mark = "|"

    /// The name under which it is counted.
    var key: LoginSource {
        let parts = ["", kind.rawValue, place, target?.uuidString ?? "", asker?.uuidString ?? ""]
        return LoginSource(stored: parts.joined(separator: AuditTally.mark))
    }

    /// Takes the name of a tally; nil for what only decides whether something is one.
    init?(_ key: LoginSource) {
        let parts = key.text.utf8.split(
            separator: UInt8(ascii: "|"),
            omittingEmptySubsequences: false
        ).map { String(Substring($0)) }
        guard parts.count == 5, let kind = Kind(rawValue: parts[1]) else { return nil }
        self.kind = kind
        place = parts[2]
        target = UUID(uuidString: parts[3])
        asker = UUID(uuidString: parts[4])
    }

    init(_ kind: Kind, from source: LoginSource, target: UUID? = nil, asker: UUID? = nil) {
        self.kind = kind
        place = source.text
        self.target = target
        self.asker = asker
    }
}

/// What decides whether something has a record of its own in this minute, as it is named in the counts.
enum AuditBound {
    /// Attempts at one user, or at names that nobody has.
    static func target(_ user: UUID?) -> LoginSource {
        LoginSource(stored: "|at|\(user?.uuidString ?? "nobody")")
    }

    /// Attempts by one caller.
    static func asker(_ user: UUID) -> LoginSource {
        LoginSource(stored: "|by|\(user.uuidString)")
    }

    /// Logins of one user.
    static func signIns(_ user: UUID) -> LoginSource {
        LoginSource(stored: "|in|\(user.uuidString)")
    }

    /// Attempts at users of whom there is a record each.
    static let anybody = LoginSource(stored: "|at|anybody")
    /// How many sources are counted by themselves.
    static let sources = LoginSource(stored: "|sources")
    /// How many neighbourhoods are.
    static let neighbourhoods = LoginSource(stored: "|neighbourhoods")
    /// How many tallies there are.
    static let tallies = LoginSource(stored: "|tallies")
    /// How many tallies of targets from anywhere there are.
    static let targets = LoginSource(stored: "|targets")
}
