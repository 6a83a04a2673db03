import Synchronization

/// Whether the disk has room left for records that anybody may cause, and not only administrators.
final class DiskRoom: Sendable {
    /// What is kept free for administrators' changes and for logins: half of what an import leaves.
    static let reserve: Int64 = 64 << 20
    /// How long an answer of the system is believed.
    private static let memory = Duration.seconds(1)

    private let last = Mutex<(at: Timestamp, isShort: Bool)?>(nil)

    /// Whether less than the reserve is free where a store keeps its files; asks the system once a second at most.
    func isShort(_ store: any DirectoryStore, at now: Timestamp) -> Bool {
        if let known = last.withLock({ $0 }), known.at <= now, now.since(known.at) < DiskRoom.memory
        {
            return known.isShort
        }
        let isShort = store.freeBytes.map { $0 < DiskRoom.reserve } ?? false
        last.withLock { $0 = (now, isShort) }
        return isShort
    }
}
