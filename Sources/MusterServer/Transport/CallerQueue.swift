import MusterCore

/// A queue of bounded length in which each caller has a lane, and lanes take turns.
///
/// Whoever asks much makes only itself wait: in a full queue the youngest job of the longest lane gives its place to a
/// lane that is shorter by two at least. There are no locks in here: whoever has one guards it.
struct CallerQueue<Job> {
    /// What names a job that waits.
    typealias Ticket = UInt64

    /// What became of a newcomer.
    enum Admission {
        /// It waits.
        case waits
        /// It waits, and this one, which waited, has lost its place.
        case displaced(Job)
        /// There was no place for it.
        case refused
    }

    private let limit: Int
    private var lanes: [UserID: [(ticket: Ticket, job: Job)]] = [:]
    /// The lanes in which something waits, each once, the next first.
    private var turns: [UserID] = []

    /// How many jobs wait.
    private(set) var count = 0

    /// An empty queue with places for so many jobs.
    init(limit: Int) {
        self.limit = limit
    }

    /// How many jobs of a caller wait.
    func count(of caller: UserID) -> Int {
        lanes[caller]?.count ?? 0
    }

    /// Adds a job, if there is a place for it or if another's lane has to give one up.
    mutating func add(_ job: Job, as ticket: Ticket, of caller: UserID) -> Admission {
        guard count >= limit else {
            append(job, ticket, caller)
            return .waits
        }
        let longest = turns.max { count(of: $0) < count(of: $1) }
        guard let longest, count(of: longest) > count(of: caller) + 1,
            let youngest = lanes[longest]?.popLast()
        else { return .refused }
        count -= 1
        append(job, ticket, caller)
        return .displaced(youngest.job)
    }

    /// Takes out the job whose turn it is, of those callers that may have one; nil if none waits.
    mutating func next(among mayGo: (UserID) -> Bool = { _ in true }) -> Job? {
        guard let place = turns.firstIndex(where: mayGo), let oldest = lanes[turns[place]]?.first
        else { return nil }
        let caller = turns.remove(at: place)
        turns.append(caller)
        return remove(oldest.ticket, of: caller)
    }

    /// Takes out a job that nobody waits for any more; nil if it does not wait here.
    mutating func remove(_ ticket: Ticket, of caller: UserID) -> Job? {
        guard let place = lanes[caller]?.firstIndex(where: { $0.ticket == ticket }),
            let removed = lanes[caller]?.remove(at: place)
        else { return nil }
        count -= 1
        if count(of: caller) == 0 {
            lanes[caller] = nil
            turns.removeAll { $0 == caller }
        }
        return removed.job
    }

    private mutating func append(_ job: Job, _ ticket: Ticket, _ caller: UserID) {
        if lanes[caller] == nil { turns.append(caller) }
        lanes[caller, default: []].append((ticket, job))
        count += 1
    }
}

extension CallerQueue: Sendable where Job: Sendable {}
