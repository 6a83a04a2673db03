import NIOCore
import Synchronization

/// Keeps strangers from taking the event loops to themselves while somebody who is known is being served.
///
/// To read and answer what a stranger sends costs as much as what a caller sends, and a crowd of strangers always has
/// more to send. So as long as callers come, strangers' bytes are taken out of the system only at a pace at which they
/// cost a part of each loop (``LoopPace``); when no caller has come for a while, strangers may have all of it.
final class StrangersPace: Sendable {
    /// For how long after a caller's request strangers go slowly.
    static let courtesy = TimeAmount.seconds(1)
    /// How exactly the moment of the last caller's request is kept: to write it at each would have processors wait for
    /// each other.
    private static let grain = TimeAmount.milliseconds(20)

    /// When a caller was served last, on the clock of ``NIODeadline``; 0 for never.
    private let lastCall = Atomic<UInt64>(0)
    private let loops = Mutex<[ObjectIdentifier: NIOLoopBound<LoopPace>]>([:])

    /// Notes that a caller is being served.
    func noteCall(at now: NIODeadline) {
        let noted = lastCall.load(ordering: .relaxed)
        guard now.uptimeNanoseconds > noted + UInt64(Self.grain.nanoseconds) else { return }
        lastCall.store(now.uptimeNanoseconds, ordering: .relaxed)
    }

    /// Whether strangers are to go slowly.
    func isSlow(at now: NIODeadline) -> Bool {
        let noted = lastCall.load(ordering: .relaxed)
        return noted > 0 && now < .uptimeNanoseconds(noted) + Self.courtesy
    }

    /// What paces the strangers of an event loop; called on it.
    func pace(on loop: any EventLoop) -> LoopPace {
        loops.withLock { loops in
            let name = ObjectIdentifier(loop)
            if let bound = loops[name] { return bound.value }
            let pace = LoopPace(self, loop)
            loops[name] = NIOLoopBound(pace, eventLoop: loop)
            return pace
        }
    }
}
