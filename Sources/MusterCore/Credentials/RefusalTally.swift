import Synchronization

/// Why a password was not hashed: too many waited in lanes of its kind.
///
/// The cause of a ``MusterError`` with code `server.overloaded`.
public struct HashingRefusal: Error, Sendable, Equatable {
    /// The kind of the lane in which it would have waited.
    public let kind: HashingLane.Kind

    /// Wraps a kind.
    public init(_ kind: HashingLane.Kind) {
        self.kind = kind
    }
}

/// Counts what is refused because the server has too much to do, so that it is told once in a while instead of
/// once a refusal: a crowd that is refused must not fill the log.
public final class RefusalTally: Sendable {
    /// What was refused since it was told last.
    public struct Counts: Sendable, Equatable {
        /// Passwords that were not hashed, by the kind of their lanes.
        public var passwords: [HashingLane.Kind: Int] = [:]
        /// Everything else.
        public var others = 0
        /// The message of the last of the others.
        public var lastMessage: String?

        /// Nothing.
        public init() {}
    }

    /// Which limits were reached, and what else kept the server from its work.
    public let troubles = Troubles()
    private let counts = Mutex(Counts())

    /// Begins at nothing.
    public init() {}

    /// Counts a refusal.
    ///
    /// - Returns: Whether it is of the kind that is counted here: `server.overloaded`, or one with a ``Trouble`` as its
    ///   cause; anything else is not.
    public func count(_ error: MusterError) -> Bool {
        if let trouble = error.cause as? Trouble {
            troubles.note(trouble)
            return true
        }
        guard error.code == .overloaded else { return false }
        // Whoever went away was not refused.
        guard !(error.cause is CancellationError) else { return true }
        if error.cause is HashingRefusal { troubles.note(.hashingQueue) }
        counts.withLock { counts in
            if let refusal = error.cause as? HashingRefusal {
                counts.passwords[refusal.kind, default: 0] += 1
            } else {
                counts.others += 1
                counts.lastMessage = error.message
            }
        }
        return true
    }

    /// What was counted since the last time; the count begins again.
    public func take() -> Counts {
        counts.withLock { counts in
            defer { counts = Counts() }
            return counts
        }
    }
}
