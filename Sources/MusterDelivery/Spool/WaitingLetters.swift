import Synchronization

/// Which letters wait, and when each is due; in memory, beside the files.
///
/// By a clock that is never set: what is due does not wait an hour because the wall clock was put back.
final class WaitingLetters: Sendable {
    /// A letter that waits.
    struct Entry: Sendable, Equatable {
        /// The name of its file, less the tries.
        let name: String
        /// How often it was tried.
        var tries: Int
        /// When it is due, and when it is of no use any more, in time since some moment.
        var due: Duration
        let end: Duration
    }

    private struct State {
        var entries: [Entry] = []
        var taken = 0
        var takers: [CheckedContinuation<Entry?, Never>] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// How many wait or are on their way.
    var count: Int { state.withLock { $0.entries.count + $0.taken } }

    /// Adds a letter.
    func add(_ entry: Entry, at now: Duration) {
        state.withLock { $0.entries.append(entry) }
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
    func forgetTaken() {
        state.withLock { $0.taken -= 1 }
    }

    /// Takes the letter that has been due the longest, and waits until there is one.
    ///
    /// - Returns: The letter; nil where ``close()`` was called.
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
        let index = state.entries.indices.filter { state.entries[$0].due <= now }
            .min { state.entries[$0].due < state.entries[$1].due }
        guard let index else { return nil }
        state.taken += 1
        return state.entries.remove(at: index)
    }
}
