/// When a kind of lanes is served, how much is its own, and the neighbourhoods of the kind in which jobs wait.
///
/// | kind | places of its own | turns, if all kinds wait |
/// |---|---|---|
/// | the machine's login programs | 1/8 | 8 of 29 |
/// | callers who have come in | 1/4 | 8 of 29 |
/// | logins from where the user is known | 1/4 | 8 of 29 |
/// | all other logins together | 1/4 | 4 of 29 |
/// | imports | 1/8 | 1 of 29 |
///
/// So all strangers together, from however many places, get one turn for two of those users who come from where they
/// are known, and never one of their places. A user who comes from a new place is one of the strangers, known or not:
/// a better turn for names that exist would tell everybody which do. What lets them in there is that every
/// neighbourhood gets as much as any other.
struct KindTurns {
    private let kind: HashingLane.Kind
    /// When the kind is served next, in a time that counts turns; the least of all kinds is served.
    private(set) var turn: UInt64 = 0
    /// The neighbourhoods of the kind.
    var neighbourhoods = MemberTurns()

    init(_ kind: HashingLane.Kind) {
        self.kind = kind
    }

    /// How many jobs of the kind wait.
    var count: Int { neighbourhoods.count }

    var isEmpty: Bool { count == 0 }

    /// How many of all places are the kind's own: five eighths together for those whom the server knows.
    func part(of limit: Int) -> Int {
        switch kind {
        case .local, .bulk: limit / 8
        case .callers, .familiars, .strangers: limit / 4
        }
    }

    /// How many turns pass from one of the kind's to the next, if all kinds wait.
    private var stride: UInt64 {
        switch kind {
        case .local, .callers, .familiars: 1
        case .strangers: 2
        case .bulk: 8
        }
    }

    /// Jobs wait again: from now on, as turns that nobody wanted are not saved up.
    mutating func wake(at now: UInt64) {
        turn = max(turn, now)
    }

    /// A job of the kind is being taken.
    mutating func served() {
        turn += stride
    }
}

extension HashingLane.Kind {
    /// The place among all kinds, from the most favoured.
    var index: Int {
        switch self {
        case .local: 0
        case .callers: 1
        case .familiars: 2
        case .strangers: 3
        case .bulk: 4
        }
    }
}
