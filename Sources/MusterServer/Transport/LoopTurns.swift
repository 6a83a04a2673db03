import NIOCore

/// Those of one event loop who go on, piece by piece, with what has come of them already.
///
/// An event loop looks at no connection while tasks are due, and those that are submitted meanwhile are due, too: who goes on by
/// `execute` leaves nobody else a turn. So pieces are done a moment later, for all connections together.
///
/// Belongs to its event loop.
final class LoopTurns {
    /// How long after one turn the next comes, and how much time pieces may take of it: a third.
    static let turn = TimeAmount.milliseconds(1)
    static let share = TimeAmount.microseconds(500)

    private let loop: any EventLoop
    private var pieces = CircularBuffer<() -> Void>()
    private var isTurning = false

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Has a piece done when its turn has come.
    func add(_ piece: @escaping () -> Void) {
        pieces.append(piece)
        guard !isTurning else { return }
        isTurning = true
        schedule()
    }

    private func schedule() {
        loop.assumeIsolated().scheduleTask(in: Self.turn) { [self] in
            doSome()
            if pieces.isEmpty {
                isTurning = false
            } else {
                schedule()
            }
        }
    }

    private func doSome() {
        let end = loop.now + Self.share
        // Those who come back have another turn.
        var left = pieces.count
        repeat {
            pieces.popFirst()?()
            left -= 1
        } while left > 0 && loop.now < end
    }
}
