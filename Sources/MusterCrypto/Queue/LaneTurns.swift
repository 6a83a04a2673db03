import MusterCore

/// The lanes of one kind in which jobs wait: whose turn it is among them, and which is the longest.
struct LaneTurns {
    private let kind: HashingLane.Kind
    /// When the kind is served next, in a time that counts turns; the least of all kinds is served.
    private(set) var turn: UInt64 = 0
    /// How many jobs wait in all its lanes.
    private(set) var count = 0

    private var order = SlotLists()
    private var queue = SlotLists.List()
    private var lengths = SlotLists()
    /// The lanes with so many jobs, at that number.
    private var byLength: [SlotLists.List] = []
    private var longest = 0

    init(_ kind: HashingLane.Kind) {
        self.kind = kind
    }

    var isEmpty: Bool { count == 0 }

    /// The lane that is served next.
    var firstLane: Int? { queue.first }

    /// A lane that has the most jobs.
    var longestLane: Int? { longest == 0 ? nil : byLength[longest].last }

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

    /// A job of this lane is being taken, so that another lane comes next.
    mutating func served(_ lane: Int) {
        turn += stride
        order.remove(lane, from: &queue)
        order.append(lane, to: &queue)
    }

    mutating func lane(_ lane: Int, grewTo length: Int) {
        if length == 1 {
            order.append(lane, to: &queue)
        } else {
            lengths.remove(lane, from: &byLength[length - 1])
        }
        while byLength.count <= length { byLength.append(SlotLists.List()) }
        lengths.append(lane, to: &byLength[length])
        longest = max(longest, length)
        count += 1
    }

    mutating func lane(_ lane: Int, shrankTo length: Int) {
        lengths.remove(lane, from: &byLength[length + 1])
        if length == 0 {
            order.remove(lane, from: &queue)
        } else {
            lengths.append(lane, to: &byLength[length])
        }
        if byLength[longest].isEmpty { longest -= 1 }
        count -= 1
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
