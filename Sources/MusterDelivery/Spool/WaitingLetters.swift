import Synchronization

/// Which letters wait, and when each is due; in memory, beside the files.
///
/// By a clock that is never set: what is due does not wait an hour because the wall clock was put back.
final class WaitingLetters: Sendable {
    /// A letter that waits.
    struct Entry: Sendable, Equatable {
        /// The name of its file, less the tries.
        let name: String
        /// Whether it carries a code, for which somebody waits.
        let isCode: Bool
        /// How often it was tried.
        var tries: Int
        /// When it is due, and when it is of no use any more, in time since some moment.
        var due: Duration
        let end: Duration
        /// How often it was tried before its time, because others were taken again.
        var hurries = 0
        /// Why its last try has failed, as far as this process knows.
        var reason: String?

        /// The letter, due a little later.
        func later(_ now: Duration) -> Entry {
            var later = self
            later.due = now + .seconds(5)
            return later
        }
    }

    /// How often a letter is tried before its time: what one recipient's server does not take is not tried each time that
    /// another one takes something.
    static let mostHurries = 3

    private struct State {
        var entries: [Entry] = []
        var taken = 0
        /// How many letters that are no codes wait or are on their way.
        var notices = 0
        var takers: [CheckedContinuation<Entry?, Never>] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// How many wait or are on their way.
    var count: Int { state.withLock { $0.entries.count + $0.taken } }

    /// How many that are no codes wait or are on their way.
    var noticeCount: Int { state.withLock { $0.notices } }

    /// Adds a letter.
    func add(_ entry: Entry, at now: Duration) {
        state.withLock {
            $0.entries.append(entry)
            if !entry.isCode { $0.notices += 1 }
        }
        wake(at: now)
    }

    /// Adds a letter that was tried.
    func giveBack(_ entry: Entry, at now: Duration) {
        state.withLock {
            $0.taken -= 1
            $0.entries.append(entry)
        }
        wake(at: now)
    }

    /// Notes that a letter that was taken is done with.
    func forget(_ entry: Entry) {
        state.withLock {
            $0.taken -= 1
            if !entry.isCode { $0.notices -= 1 }
        }
    }

    /// Makes due what waits for another try.
    func hurry(at now: Duration) {
        state.withLock { state in
            for index in state.entries.indices {
                let entry = state.entries[index]
                guard entry.tries > 0, entry.due > now,
                    entry.hurries < WaitingLetters.mostHurries
                else { continue }
                state.entries[index].due = now
                state.entries[index].hurries += 1
            }
        }
        wake(at: now)
    }

    /// Takes the letter that has been due the longest, codes first, and waits until there is one.
    ///
    /// - Returns: The letter; nil if ``close()`` was called.
    func take(at now: Duration) async -> Entry? {
        await withCheckedContinuation { continuation in
            let given: Entry?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if let entry = Self.next(&state, now) { return .some(entry) }
                state.takers.append(continuation)
                return nil
            }
            if let given { continuation.resume(returning: given) }
        }
    }

    /// Hands what has become due to those who wait for it.
    func wake(at now: Duration) {
        while true {
            let pair: (CheckedContinuation<Entry?, Never>, Entry)? = state.withLock { state in
                guard !state.takers.isEmpty, let entry = Self.next(&state, now) else { return nil }
                return (state.takers.removeFirst(), entry)
            }
            guard let (taker, entry) = pair else { return }
            taker.resume(returning: entry)
        }
    }

    /// Sends away whoever waits.
    func close() {
        let takers = state.withLock { state in
            state.isClosed = true
            defer { state.takers = [] }
            return state.takers
        }
        for taker in takers { taker.resume(returning: nil) }
    }

    private static func next(_ state: inout State, _ now: Duration) -> Entry? {
        let due = state.entries.indices.filter { state.entries[$0].due <= now }
        let index = due.min { first, second in
            let (one, other) = (state.entries[first], state.entries[second])
            return one.isCode == other.isCode ? one.due < other.due : one.isCode
        }
        guard let index else { return nil }
        state.taken += 1
        return state.entries.remove(at: index)
    }
}
