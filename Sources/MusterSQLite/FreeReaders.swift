import Dispatch

/// What nobody reads with at the moment, and who waits for one, the first one first.
///
/// A thread gets the reader that it had before, if that is free: what a reader keeps then lies in the caches of the thread's own
/// processor, and to fetch it from another one's takes as long as to find a user.
///
/// There are no locks in here: whoever has one guards it.
struct FreeReaders<Reader: Sendable>: Sendable {
    /// Those that are free, the one that was given back last at the end.
    private(set) var idle: [Reader]
    /// The thread that had each of them last; 0 for none.
    private var threads: [UInt]
    private var waiting: [DispatchSemaphore] = []

    /// Readers of which all are free.
    init(_ idle: [Reader]) {
        self.idle = idle
        threads = idle.map { _ in 0 }
    }

    /// Takes a reader that is free; nil if none is, for which whoever has a turn then waits.
    ///
    /// One that another thread had is that which was given back first: its thread is the least likely to come again.
    mutating func take(by thread: UInt, or turn: DispatchSemaphore? = nil) -> Reader? {
        guard !idle.isEmpty else {
            if let turn { waiting.append(turn) }
            return nil
        }
        let place = threads.lastIndex(of: thread) ?? 0
        threads.remove(at: place)
        return idle.remove(at: place)
    }

    /// Gives one back that a thread has had.
    ///
    /// - Returns: The turn of whoever is to be told; nil if nobody waits.
    mutating func giveBack(_ reader: Reader, by thread: UInt) -> DispatchSemaphore? {
        idle.append(reader)
        threads.append(thread)
        return next()
    }

    /// The turn of whoever waits first, and is told that it may look again; nil if nobody waits.
    mutating func next() -> DispatchSemaphore? {
        waiting.isEmpty ? nil : waiting.removeFirst()
    }

    /// Ends waiting.
    ///
    /// Whoever has been told in the last moment takes what it was told of: nobody else will be.
    ///
    /// - Returns: A reader that is free all the same; nil if none is.
    mutating func giveUp(_ turn: DispatchSemaphore) -> Reader? {
        waiting.removeAll { $0 === turn }
        _ = threads.popLast()
        return idle.popLast()
    }

    /// Lets go of all that are free.
    mutating func removeAll() { (idle, threads) = ([], []) }
}
