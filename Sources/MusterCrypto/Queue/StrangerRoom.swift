/// How many strangers' passwords are checked at a time.
///
/// As many as there are threads, as long as most of them are right. Where most are wrong a crowd is guessing, and gets half of
/// the threads: whoever comes from where it is known then finds one free, and does not wait for a hash of the crowd's first.
struct StrangerRoom {
    /// How many of the last 64 checks have to be wrong for a crowd.
    private static let crowd = 48

    private let threads: Int
    /// The last 64 checks, one bit each, the youngest in the lowest one: 1 for wrong.
    private var history: UInt64 = 0
    private var atWork = 0
    /// How often a thread was called for a stranger who had to go on waiting.
    private var unserved = 0

    init(threads: Int) {
        self.threads = threads
    }

    /// Whether no other may begin now.
    var isFull: Bool { atWork >= limit }

    /// How many may be under way.
    var limit: Int {
        history.nonzeroBitCount >= StrangerRoom.crowd ? max(threads / 2, 1) : threads
    }

    /// A check begins.
    mutating func begin() {
        atWork += 1
    }

    /// Notes how a check has ended.
    mutating func note(isWrong: Bool) {
        history = history << 1 | (isWrong ? 1 : 0)
    }

    /// A thread that was called has found nothing but strangers who have to wait.
    mutating func passOver() {
        unserved += 1
    }

    /// A check is over; answers how many threads are to be called again.
    mutating func end() -> Int {
        atWork -= 1
        let called = min(unserved, max(limit - atWork, 0))
        unserved -= called
        return called
    }
}
