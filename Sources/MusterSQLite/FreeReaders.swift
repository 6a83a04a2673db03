import Dispatch

/// What nobody reads with at the moment, and who waits for one, the first one first.
///
/// There are no locks in here: whoever has one guards it.
struct FreeReaders<Reader: Sendable>: Sendable {
    private(set) var idle: [Reader]
    private var waiting: [DispatchSemaphore] = []

    /// Readers of which all are free.
    init(_ idle: [Reader]) {
        self.idle = idle
    }

    /// Takes a reader that is free; nil if none is, for which whoever has a turn then waits.
    mutating func take(or turn: DispatchSemaphore? = nil) -> Reader? {
        if let reader = idle.popLast() { return reader }
        if let turn { waiting.append(turn) }
        return nil
    }

    /// Gives one back.
    ///
    /// - Returns: The turn of whoever is to be told; nil if nobody waits.
    mutating func giveBack(_ reader: Reader) -> DispatchSemaphore? {
        idle.append(reader)
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
        return idle.popLast()
    }

    /// Lets go of all that are free.
    mutating func removeAll() { idle = [] }
}
