/// How it stands with the passwords that are hashed.
public struct HashingFigures: Sendable, Equatable {
    /// One queue and the threads behind it.
    public struct Queue: Sendable, Equatable {
        /// What is hashed there: `own` for the directory's own hashes, `foreign` for dear ones from elsewhere.
        public var name: String
        /// How many passwords wait for a thread now.
        public var waiting: Int
        /// How many may wait.
        public var places: Int
        /// How long those waited whose turn has come, since the program began.
        public var waits: DurationCounts

        /// Takes figures.
        public init(name: String, waiting: Int, places: Int, waits: DurationCounts) {
            self.name = name
            self.waiting = waiting
            self.places = places
            self.waits = waits
        }
    }

    /// The queues; none if nobody waits.
    public var queues: [Queue]

    /// Takes queues.
    public init(queues: [Queue] = []) {
        self.queues = queues
    }
}
