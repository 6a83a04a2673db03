import MusterCore
import NIOCore

/// A connection that waits for its turn to be read from.
protocol WaitingReader: AnyObject {
    /// Whether it still waits.
    var isWaiting: Bool { get }

    /// Reads once.
    func readNow()
}

/// The strangers of one event loop, whose connections are read from in turns.
///
/// Belongs to its event loop.
final class LoopPace {
    /// How often the next turn comes while callers are served, and how much time strangers may take of it.
    static let turn = TimeAmount.milliseconds(1)
    static let share = TimeAmount.microseconds(125)
    /// How long somebody waits until strangers may take twice their share of a turn; after twice as long they may take
    /// four times as much, half of the loop's time.
    ///
    /// A health check may come from the network of a crowd.
    static let patience = TimeAmount.milliseconds(400)
    /// What one reading costs beside the time it is measured to take: the system's part, and what a request does when
    /// it is here.
    static let cost = TimeAmount.microseconds(60)
    /// The most that has to be paid off: what strangers did when nobody else was there holds none of them up for long.
    static let mostOwed = share * 50
    /// How many are read from at a time when no callers come any more; the loop does everything else in between.
    static let crowd = 32

    /// Those who go on with what has come already, strangers or not.
    let turns: LoopTurns
    private let pace: StrangersPace
    private let loop: any EventLoop
    private var queue = NetworkTurns()
    private var credit = NetworkCredit()
    private var isTurning = false
    /// What strangers have taken of the loop's time that is not paid off by waiting, and until when that was reckoned.
    private var spent = TimeAmount.zero
    private var reckoned: NIODeadline
    /// How many times their share strangers may take.
    private var shares: Int64 = 1

    init(_ pace: StrangersPace, _ loop: any EventLoop) {
        self.pace = pace
        self.loop = loop
        turns = LoopTurns(loop)
        reckoned = loop.now
    }

    /// How many wait for their turn, with those that have gone meanwhile.
    var waiting: Int { queue.count }

    /// Whether a stranger may read now; otherwise it waits, and is told when.
    func mayRead(_ reader: any WaitingReader, from network: SourceNetwork) -> Bool {
        if !isTurning {
            guard pace.isSlow(at: loop.now) else { return true }
            payOff()
            if spent < Self.share * shares {
                spent = spent + Self.cost
                return true
            }
        }
        queue.add(reader, of: network, at: loop.now)
        takeTurns()
        return false
    }

    /// Whether a newcomer of a network may read before it is known, ahead of those who wait.
    func letsAhead(_ network: SourceNetwork) -> Bool {
        pace.isSlow(at: loop.now) && credit.take(of: network)
    }

    /// Notes that the caller of a connection is known.
    func earned(_ network: SourceNetwork) {
        credit.earn(for: network)
    }

    /// Notes how long it took to look at what was read.
    func took(_ time: TimeAmount) {
        payOff()
        spent = min(spent + time, Self.mostOwed)
    }

    /// Notes that a reader waits no more, by itself.
    func left() {
        queue.noteGone()
    }

    private func takeTurns() {
        guard !isTurning else { return }
        isTurning = true
        scheduleTurn(in: Self.turn)
    }

    private func scheduleTurn(in time: TimeAmount) {
        loop.assumeIsolated().scheduleTask(in: time) { [self] in
            readSome()
            if queue.isEmpty {
                isTurning = false
            } else {
                scheduleTurn(in: pace.isSlow(at: loop.now) ? Self.turn : .zero)
            }
        }
    }

    private func readSome() {
        let isSlow = pace.isSlow(at: loop.now)
        payOff()
        if !isSlow { spent = .zero }
        var count = 0
        while isSlow ? spent < Self.share * shares : count < Self.crowd,
            let (reader, since) = queue.next()
        {
            let waited = loop.now - since
            shares = waited < Self.patience ? 1 : waited < Self.patience * 2 ? 2 : 4
            reader.readNow()
            spent = spent + Self.cost
            count += 1
        }
    }

    /// Takes off what strangers might have taken since it was reckoned last.
    private func payOff() {
        let now = loop.now
        let passed = now - reckoned
        reckoned = now
        let paid = passed.nanoseconds * shares / (Self.turn.nanoseconds / Self.share.nanoseconds)
        spent = .nanoseconds(max(0, spent.nanoseconds - paid))
    }
}
