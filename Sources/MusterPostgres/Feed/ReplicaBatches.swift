import Dispatch
import MusterCore
import Synchronization

/// Rows on their way from the thread that reads them to the one that writes them, some at a time, so that neither waits for
/// the other longer than it has to, and few are held in memory.
final class ReplicaBatches: Sendable {
    /// Some rows of a table.
    typealias Batch = (table: ReplicatedTable, rows: StoredRows)

    private struct State: Sendable {
        var batches: [Batch] = []
        /// Whether one of both has given up.
        var isOver = false
    }

    private let state = Mutex(State())
    // Counted up from 0: libdispatch ends a program that lets go of a semaphore with less than it began with, as where a filling
    // is given up while rows are on their way.
    private let room = DispatchSemaphore(value: 0)
    private let there = DispatchSemaphore(value: 0)

    /// Makes room for so many batches.
    init(room count: Int) {
        for _ in 0..<count { room.signal() }
    }

    /// That nobody writes the rows any more.
    struct Unwanted: Error {}

    /// Hands one over, once there is room.
    ///
    /// - Throws: ``Unwanted``.
    func add(_ batch: Batch) throws(Unwanted) {
        room.wait()
        let isWanted = state.withLock { state in
            if !state.isOver { state.batches.append(batch) }
            return !state.isOver
        }
        guard isWanted else {
            // Also for whoever tries it again.
            room.signal()
            throw Unwanted()
        }
        there.signal()
    }

    /// That no more will come: whoever has taken all of them is told so.
    func finish() {
        there.signal()
    }

    /// That one of both has given up; what waits is let go of.
    func giveUp() {
        state.withLock { state in
            state.isOver = true
            state.batches = []
        }
        there.signal()
        room.signal()
    }

    /// The next one, once it is there; nil if all have come.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where whoever reads them has given up.
    func next() throws(MusterError) -> Batch? {
        there.wait()
        let (batch, isOver) = state.withLock { state in
            (state.batches.isEmpty ? nil : state.batches.removeFirst(), state.isOver)
        }
        guard !isOver else { throw ReplicaBatches.refusal }
        if batch != nil { room.signal() }
        return batch
    }

    /// What is said to whoever fills a copy that nobody wants any more.
    static let refusal = MusterError(.storeUnavailable, "The copy beside the node was given up.")
}
