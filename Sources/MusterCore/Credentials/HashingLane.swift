/// For whom a password is hashed, or something is looked up far away, which decides whose turn it is.
///
/// Lanes are served in turns, neighbourhoods first and the lanes of one within it, so that a crowd in one of them makes
/// nobody wait in another, and whoever has many networks gets no more by them.
public enum HashingLane: Hashable, Sendable {
    /// For the machine's own login programs, which ask for somebody in a network.
    case local(SourceNetwork)
    /// For somebody who has come in already.
    case caller(UserID)
    /// For whoever signs in to an account from a network from which that account has signed in before.
    case familiar(SourceNetwork)
    /// For strangers of one network.
    case stranger(SourceNetwork)
    /// For many users at a time, as in an import: served when nobody else waits, or little at a time.
    case bulk

    /// The kinds of lanes, the most favoured first; the name is for the log.
    public enum Kind: String, Sendable, CaseIterable {
        /// The machine's own login programs.
        case local
        /// Those who have come in already.
        case callers
        /// Those who have signed in from their network before.
        case familiars
        /// Everybody else who signs in.
        case strangers
        /// Imports.
        case bulk
    }

    /// Of which kind this lane is.
    public var kind: Kind {
        switch self {
        case .local: .local
        case .caller: .callers
        case .familiar: .familiars
        case .stranger: .strangers
        case .bulk: .bulk
        }
    }

    /// The lane with those of its kind beside which it counts as one: all networks of one neighbourhood
    /// (``SourceNetwork/neighbourhood``); by itself where it is not of a network.
    public var neighbourhood: HashingLane {
        switch self {
        case .local(let network): .local(network.neighbourhood)
        case .familiar(let network): .familiar(network.neighbourhood)
        case .stranger(let network): .stranger(network.neighbourhood)
        case .caller, .bulk: self
        }
    }
}
