import FoundationEssentials
import Synchronization

/// Where every 1,024th event of somebody or something stands in the audit log.
///
/// By them the ten-thousandth event is found as fast as the first, and events are counted without going through all of
/// them. The log only grows, so that a mark that was found holds for ever; they are found when they are asked for first, and
/// kept in memory.
final class AuditMarks: Sendable {
    /// What an index of the log has in the order of the log.
    enum Key: Hashable, Sendable {
        /// The bytes of an action's name.
        case action([UInt8])
        /// Whoever did something.
        case actor(UUID)
        /// Whoever something was done to.
        case target(UUID)
        /// The folded bytes of a login name under which somebody did something, and its holder.
        case actorName([UInt8], UUID?)
        /// Those of a login name of somebody to whom something was done, and its holder.
        case targetName([UInt8], UUID?)
    }

    /// How many events lie between two marks.
    static let step = 1024
    /// Of how many keys marks are kept: those of a log of five million events have 40 KB at most.
    private static let keyLimit = 64

    private let kept = Mutex<[Key: [Int64]]>([:])

    /// The marks of a key that are known: of each 1,024 events the last one's number.
    func known(of key: Key) -> [Int64] {
        kept.withLock { $0[key] ?? [] }
    }

    /// Keeps marks, which begin with those that are known.
    ///
    /// Of whoever has none yet, such as a name that nobody ever had, nothing is kept, and nothing makes room for it.
    func keep(_ marks: [Int64], of key: Key) {
        kept.withLock { kept in
            guard marks.count > kept[key, default: []].count else { return }
            if kept[key] == nil, kept.count >= AuditMarks.keyLimit { kept = [:] }
            kept[key] = marks
        }
    }
}

extension [Int64] {
    /// How many of these, which ascend, are not greater than a number.
    func countUpTo(_ number: Int64) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
