/// In which order changes that wait are committed.
///
/// Small ones share a commit. A batch of an import is alone in its commit, and between two of them all goes that waited
/// when the first was done: so nobody waits for more than one batch, however many imports end at the same moment. The
/// callers of batches take turns. There are no locks in here: whoever has one guards it. Inlinable, so that each store has
/// it compiled for its own changes.
@frozen public struct WriterTurns<Change> {
    @usableFromInline let groupLimit: Int
    @usableFromInline var changes: [Change] = []
    @usableFromInline var lanes: [(caller: UserID, batches: [Change])] = []
    /// How many of the changes go before the next batch.
    @usableFromInline var ahead = 0
    /// Whether the last commit was a batch's.
    @usableFromInline var wasBatch = false

    /// Nothing waits yet.
    ///
    /// - Parameter groupLimit: The most changes in one commit, from 1.
    @inlinable public init(groupLimit: Int) {
        self.groupLimit = groupLimit
    }

    /// How many changes wait that are no batches.
    @inlinable public var changeCount: Int { changes.count }

    /// Adds a change; a batch where a caller is named.
    @inlinable public mutating func add(_ change: Change, asBatchOf caller: UserID? = nil) {
        guard let caller else {
            changes.append(change)
            return
        }
        if let place = lanes.firstIndex(where: { $0.caller == caller }) {
            lanes[place].batches.append(change)
        } else {
            lanes.append((caller, [change]))
        }
    }

    /// Takes out what is committed next; empty if nothing waits.
    @inlinable public mutating func next() -> [Change] {
        if wasBatch {
            ahead = changes.count
            wasBatch = false
        }
        if ahead == 0, let batch = nextBatch() {
            wasBatch = true
            return [batch]
        }
        let group = Array(changes.prefix(groupLimit))
        changes.removeFirst(group.count)
        ahead = max(0, ahead - group.count)
        return group
    }

    @inlinable mutating func nextBatch() -> Change? {
        guard !lanes.isEmpty else { return nil }
        var lane = lanes.removeFirst()
        let batch = lane.batches.removeFirst()
        if !lane.batches.isEmpty { lanes.append(lane) }
        return batch
    }
}
