/// A queue in which a crowd makes only its own kind wait.
///
/// Each job stands in a lane; lanes are of kinds, and within a kind of neighbourhoods, as whoever has one network of a
/// site has them all. Kinds are served in turns, some more often than others (``KindTurns``); within a kind its
/// neighbourhoods, within a neighbourhood its lanes, and within a lane the job that came first. The number of jobs is
/// bounded, and of the places each kind has a part that is its own: what the others need not it may use, and gives
/// back when they come.
///
/// No step depends on how many jobs, lanes or neighbourhoods there are, and those are remembered only while a job
/// waits in them.
/// There are no locks in here: whoever has one guards it.
package struct FairQueue<Job> {
    /// What names a job that waits.
    package typealias Ticket = UInt64

    /// What became of a newcomer.
    package enum Admission {
        /// It waits.
        case waits
        /// It waits, and this one, which waited, has lost its place.
        case displaced(Job)
        /// There was no place for it.
        case refused
    }

    private struct Waiting {
        var job: Job?
        var ticket: Ticket = 0
        var lane = 0
    }

    private struct Lane {
        var name: HashingLane
        var neighbourhood: Int
        var jobs = SlotLists.List()
        var count = 0
    }

    private struct Neighbourhood {
        var name: HashingLane
        var lanes = MemberTurns()
    }

    private let limit: Int
    private var waiting: [Waiting] = []
    private var waitingNumbers = SlotNumbers()
    private var orderInLane = SlotLists()
    private var slots: [Ticket: Int] = [:]
    private var lanes: [Lane] = []
    private var laneNumbers = SlotNumbers()
    private var laneSlots: [HashingLane: Int] = [:]
    private var laneLinks = MemberTurns.Links()
    private var neighbourhoods: [Neighbourhood] = []
    private var neighbourhoodNumbers = SlotNumbers()
    private var neighbourhoodSlots: [HashingLane: Int] = [:]
    private var neighbourhoodLinks = MemberTurns.Links()
    private var kinds = HashingLane.Kind.allCases.map(KindTurns.init)
    /// The turn of the job that was served last.
    private var now: UInt64 = 0

    /// An empty queue with places for so many jobs.
    package init(limit: Int) {
        self.limit = max(limit, 0)
    }

    /// How many jobs wait.
    package var count: Int { slots.count }

    /// Whether all places are taken.
    package var isFull: Bool { count >= limit }

    /// How many lanes have jobs that wait.
    package var laneCount: Int { laneSlots.count }

    /// How many neighbourhoods have jobs that wait.
    package var neighbourhoodCount: Int { neighbourhoodSlots.count }

    /// Adds a job, if there is a place for it or if it has a better right to one than another.
    ///
    /// Where the queue is full, a kind that has less than its part takes a place from one that has more, and any kind
    /// from a less favoured one that has more than its part; otherwise a neighbourhood takes one from another of its
    /// kind that has two more at least, or a lane one from another of its neighbourhood. The job that loses its place
    /// is the youngest of the longest lane of the neighbourhood that has the most.
    package mutating func add(_ job: Job, as ticket: Ticket, in name: HashingLane) -> Admission {
        guard count >= limit else {
            append(job, as: ticket, in: name)
            return .waits
        }
        guard let victim = laneThatYields(to: name), let youngest = lanes[victim].jobs.last,
            let displaced = take(youngest)
        else { return .refused }
        append(job, as: ticket, in: name)
        return .displaced(displaced)
    }

    /// Takes out the job whose turn it is; nil if none waits, but of one kind perhaps that is passed over.
    package mutating func next(but passedOver: HashingLane.Kind? = nil) -> Job? {
        var first: Int?
        // The first of the least, so that of kinds with the same turn the most favoured goes first.
        for kind in kinds.indices where !kinds[kind].isEmpty && kind != passedOver?.index {
            if first.map({ kinds[kind].turn < kinds[$0].turn }) ?? true { first = kind }
        }
        guard let kind = first, let neighbourhood = kinds[kind].neighbourhoods.first,
            let lane = neighbourhoods[neighbourhood].lanes.first,
            let oldest = lanes[lane].jobs.first
        else { return nil }
        now = kinds[kind].turn
        kinds[kind].served()
        kinds[kind].neighbourhoods.served(neighbourhood, &neighbourhoodLinks)
        neighbourhoods[neighbourhood].lanes.served(lane, &laneLinks)
        return take(oldest)
    }

    /// Takes out a job that nobody waits for any more; nil if it does not wait here.
    package mutating func remove(_ ticket: Ticket) -> Job? {
        slots[ticket].flatMap { take($0) }
    }

    /// The lane that has to give up a place for a newcomer in a full queue.
    private func laneThatYields(to name: HashingLane) -> Int? {
        let own = name.kind.index
        let mayTakeFromAll = kinds[own].count < kinds[own].part(of: limit)
        for other in kinds.indices.reversed() where other != own {
            guard kinds[other].count > kinds[other].part(of: limit), mayTakeFromAll || other > own
            else { continue }
            return longestLane(of: kinds[other])
        }
        guard let most = kinds[own].neighbourhoods.longestMember else { return nil }
        let neighbourhood = neighbourhoodSlots[name.neighbourhood]
        let held = neighbourhood.map { neighbourhoods[$0].lanes.count } ?? 0
        if held + 1 < neighbourhoods[most].lanes.count { return longestLane(of: kinds[own]) }
        guard let longest = neighbourhood.flatMap({ neighbourhoods[$0].lanes.longestMember }) else {
            return nil
        }
        let length = laneSlots[name].map { lanes[$0].count } ?? 0
        return length + 1 < lanes[longest].count ? longest : nil
    }

    /// The longest lane of the neighbourhood that has the most.
    private func longestLane(of kind: KindTurns) -> Int? {
        kind.neighbourhoods.longestMember.flatMap { neighbourhoods[$0].lanes.longestMember }
    }

    private mutating func append(_ job: Job, as ticket: Ticket, in name: HashingLane) {
        let slot = waitingNumbers.take()
        let lane = slotOfLane(name)
        if waiting.count == slot { waiting.append(Waiting()) }
        waiting[slot] = Waiting(job: job, ticket: ticket, lane: lane)
        slots[ticket] = slot
        orderInLane.append(slot, to: &lanes[lane].jobs)
        let kind = name.kind.index
        if kinds[kind].isEmpty { kinds[kind].wake(at: now) }
        lanes[lane].count += 1
        let neighbourhood = lanes[lane].neighbourhood
        neighbourhoods[neighbourhood].lanes.member(lane, grewTo: lanes[lane].count, &laneLinks)
        kinds[kind].neighbourhoods.member(
            neighbourhood,
            grewTo: neighbourhoods[neighbourhood].lanes.count,
            &neighbourhoodLinks
        )
    }

    private mutating func slotOfLane(_ name: HashingLane) -> Int {
        if let slot = laneSlots[name] { return slot }
        let slot = laneNumbers.take()
        let lane = Lane(name: name, neighbourhood: slotOfNeighbourhood(name.neighbourhood))
        if lanes.count == slot { lanes.append(lane) }
        lanes[slot] = lane
        laneSlots[name] = slot
        return slot
    }

    private mutating func slotOfNeighbourhood(_ name: HashingLane) -> Int {
        if let slot = neighbourhoodSlots[name] { return slot }
        let slot = neighbourhoodNumbers.take()
        if neighbourhoods.count == slot { neighbourhoods.append(Neighbourhood(name: name)) }
        neighbourhoods[slot] = Neighbourhood(name: name)
        neighbourhoodSlots[name] = slot
        return slot
    }

    private mutating func take(_ slot: Int) -> Job? {
        let taken = waiting[slot]
        waiting[slot] = Waiting()
        waitingNumbers.giveBack(slot)
        slots[taken.ticket] = nil
        let lane = taken.lane
        orderInLane.remove(slot, from: &lanes[lane].jobs)
        lanes[lane].count -= 1
        left(lane)
        return taken.job
    }

    /// A job has left a lane: what has none any more is forgotten.
    private mutating func left(_ lane: Int) {
        let (name, neighbourhood) = (lanes[lane].name, lanes[lane].neighbourhood)
        neighbourhoods[neighbourhood].lanes.member(lane, shrankTo: lanes[lane].count, &laneLinks)
        let held = neighbourhoods[neighbourhood].lanes.count
        kinds[name.kind.index].neighbourhoods.member(
            neighbourhood,
            shrankTo: held,
            &neighbourhoodLinks
        )
        if lanes[lane].count == 0 {
            laneSlots[name] = nil
            laneNumbers.giveBack(lane)
        }
        if held == 0 {
            neighbourhoodSlots[neighbourhoods[neighbourhood].name] = nil
            neighbourhoodNumbers.giveBack(neighbourhood)
        }
    }
}
