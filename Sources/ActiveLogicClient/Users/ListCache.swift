import Synchronization

/// Lists kept by a handle, each under the key that tells it from others.
final class ListCache<Key: Hashable & Sendable, Element: Sendable>: Sendable {
    /// A list as it was read.
    struct Entry: Sendable {
        let elements: [Element]
        /// The revision at which it was read; nil if the server does not tell.
        let revision: Int64?
        /// When it was last known to be true.
        var checkedAt: ContinuousClock.Instant
        /// Whether it has to be checked whatever its age.
        var isDoubtful = false
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var generation = 0
    }

    /// How long a list is used without asking: 30 s.
    static var maximumAge: Duration { .seconds(30) }
    /// How many lists are kept.
    static var maximumCount: Int { 1_000 }

    private let state = Mutex(State())

    /// Grows whenever lists are forgotten, so that one that was on its way is not kept.
    var generation: Int {
        state.withLock { $0.generation }
    }

    /// A list whatever its age; nil if there is none.
    func entry(_ key: Key) -> Entry? {
        state.withLock { $0.entries[key] }
    }

    /// The elements of a list that need not be checked; nil if there is none.
    func elements(_ key: Key, at now: ContinuousClock.Instant) -> [Element]? {
        guard let entry = entry(key), !entry.isDoubtful,
            now - entry.checkedAt <= ListCache.maximumAge
        else { return nil }
        return entry.elements
    }

    /// Keeps a list, unless lists were forgotten since `generation`.
    func keep(_ entry: Entry, under key: Key, since generation: Int) {
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= ListCache.maximumCount { state.entries = [:] }
            state.entries[key] = entry
        }
    }

    /// Has every list checked before it is used again that was read at another revision.
    func doubt(allBut revision: Int64?) {
        state.withLock { state in
            for (key, entry) in state.entries {
                state.entries[key]?.isDoubtful = entry.isDoubtful || entry.revision != revision
            }
        }
    }

    /// Has every list checked before it is used again.
    func doubt() {
        state.withLock { state in
            for key in state.entries.keys { state.entries[key]?.isDoubtful = true }
        }
    }

    /// Forgets everything.
    func forget() {
        state.withLock { state in
            state.entries = [:]
            state.generation += 1
        }
    }
}
