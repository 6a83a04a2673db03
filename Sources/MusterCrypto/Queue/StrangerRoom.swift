/// When a stranger's password is checked.
///
/// As many at a time as there are threads, as long as most of them are right. Where most are wrong a crowd is guessing, and
/// has what the others leave:
///
/// - Together with others' hashes its own have half of the threads at most, so that whoever comes from where it is known
///   finds one free and shares no processor with a hash of the crowd's; one in ``patience`` is begun all the same.
/// - On a machine that is busy with other things it rests after each hash for four times as long as that took.
struct StrangerRoom {
    /// How many of the last 64 checks have to be wrong for a crowd.
    private static let crowd = 48
    /// How long a crowd waits for others' hashes at most until one of its own is begun.
    static let patience = Duration.milliseconds(250)
    /// How many times as long as its hash took a crowd rests.
    static let rest = 4
    /// The longest rest: somebody who is known elsewhere may wait in the crowd.
    static let longestRest = Duration.milliseconds(500)

    private let threads: Int
    /// The last 64 checks, one bit each, the youngest in the lowest one: 1 for wrong.
    private var history: UInt64 = 0
    private var atWork = 0
    private var othersAtWork = 0
    /// When the last check began, and when the next may; times of one clock that is never set.
    private var lastBegan: Duration?
    private var resting = Duration.zero
    /// How often a thread was called for a stranger who had to go on waiting, and is not called again by a clock.
    private(set) var unserved = 0
    /// Whether one is called when the rest is over.
    private var isTimed = false

    init(threads: Int) {
        self.threads = threads
    }

    private var isCrowd: Bool { history.nonzeroBitCount >= StrangerRoom.crowd }

    private var half: Int { max(threads / 2, 1) }

    /// How many may be under way.
    var limit: Int { isCrowd ? half : threads }

    /// Whether no other may begin now.
    func isFull(at now: Duration) -> Bool {
        guard atWork < limit else { return true }
        guard isCrowd else { return false }
        if now < resting { return true }
        guard atWork + othersAtWork >= half, let lastBegan else { return false }
        return now - lastBegan < StrangerRoom.patience
    }

    /// A stranger's check begins.
    mutating func begin(at now: Duration) {
        atWork += 1
        lastBegan = now
    }

    /// Work for somebody else begins.
    mutating func beginOther() {
        othersAtWork += 1
    }

    /// Notes how a check has ended.
    mutating func note(isWrong: Bool) {
        history = history << 1 | (isWrong ? 1 : 0)
    }

    /// A thread that was called has found nothing but strangers who have to wait; answers when one is to be called for them
    /// again by ``restIsOver(at:)``, nil if that was asked for before, or the end of what is at work does so.
    mutating func passOver(at now: Duration) -> Duration? {
        guard atWork < limit, now < resting, !isTimed else {
            unserved += 1
            return nil
        }
        isTimed = true
        return resting
    }

    /// The time is there for which was asked; answers how many threads are to be called.
    mutating func restIsOver(at now: Duration) -> Int {
        isTimed = false
        unserved += 1
        return callAgain(at: now)
    }

    /// Somebody else has got the place of a stranger who waited, and a thread is called: the stranger's call may be spent.
    mutating func yieldPlace() {
        unserved = max(0, unserved - 1)
    }

    /// A stranger's check is over that took so long, of which it had a processor for so long; answers how many threads
    /// are to be called again.
    mutating func end(at now: Duration, after took: Duration, onProcessor: Duration) -> Int {
        atWork -= 1
        if took * 2 > onProcessor * 3 {
            resting = now + min(took * StrangerRoom.rest, StrangerRoom.longestRest)
        }
        return callAgain(at: now)
    }

    /// Work for somebody else is over; answers how many threads are to be called again.
    mutating func endOther(at now: Duration) -> Int {
        othersAtWork -= 1
        return callAgain(at: now)
    }

    /// Those that were called in vain look again, and are passed over again if they come too early.
    private mutating func callAgain(at now: Duration) -> Int {
        guard atWork < limit else { return 0 }
        let called = min(unserved, limit - atWork)
        unserved -= called
        return called
    }
}
