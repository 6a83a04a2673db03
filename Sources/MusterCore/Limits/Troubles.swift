import Synchronization

/// Counts troubles, so that each is told once, and then once a minute with how often it was met.
public final class Troubles: Sendable {
    /// How often a trouble was met since the server started.
    public struct Record: Sendable, Equatable {
        /// Which.
        public let trouble: Trouble
        /// How often, from 1.
        public let count: Int
        /// When the last one was seen, to a second or so; nil if nobody has looked yet.
        public let lastAt: Timestamp?
    }

    private struct Entry {
        var count = 0
        var seen = 0
        var told = 0
        var lastAt: Timestamp?
        var toldAt: Timestamp?
    }

    /// How long nothing more is told of a trouble.
    private static let pause = Duration.seconds(60)

    private let entries = Mutex([Trouble: Entry]())

    /// Begins at nothing.
    public init() {}

    /// Counts one.
    public func note(_ trouble: Trouble) {
        entries.withLock { $0[trouble, default: Entry()].count += 1 }
    }

    /// How often a trouble was met.
    public func count(of trouble: Trouble) -> Int {
        entries.withLock { $0[trouble]?.count ?? 0 }
    }

    /// Everything that was met since the server started.
    public var all: [Record] {
        entries.withLock { entries in
            Trouble.allCases.compactMap { trouble in
                entries[trouble].map {
                    Record(trouble: trouble, count: $0.count, lastAt: $0.lastAt)
                }
            }
        }
    }

    /// What is to be told now, with how often it was met since it was told last.
    ///
    /// - Parameters:
    ///   - now: The present time.
    ///   - isLast: Whether nothing will be told after this.
    /// - Returns: What is to be told, in the order in which kinds are declared.
    public func due(at now: Timestamp, isLast: Bool = false) -> [(trouble: Trouble, count: Int)] {
        entries.withLock { entries in
            var due: [(trouble: Trouble, count: Int)] = []
            for trouble in Trouble.allCases {
                guard var entry = entries[trouble] else { continue }
                if entry.count > entry.seen { (entry.seen, entry.lastAt) = (entry.count, now) }
                let isTime =
                    entry.toldAt.map { now < $0 || now.since($0) >= Troubles.pause } ?? true
                if entry.count > entry.told, isTime || isLast {
                    due.append((trouble, entry.count - entry.told))
                    (entry.told, entry.toldAt) = (entry.count, now)
                }
                entries[trouble] = entry
            }
            return due
        }
    }
}
