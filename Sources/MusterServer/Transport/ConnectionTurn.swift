import MusterCore
import NIOCore

/// When one connection is read from, and goes on with what has come of it: a caller's at once, a stranger's in turns with others.
///
/// HTTP and LDAP have the same. Belongs to the connection's event loop.
final class ConnectionTurn {
    private let standing: ConnectionStanding
    private let pace: LoopPace?
    private let loop: any EventLoop
    private let read: () -> Void
    private var network = SourceNetwork(of: nil)
    private var newcomer = Newcomer()
    /// Whether the connection's turn is waited for, for any of the two.
    private(set) var isWaiting = false
    private var mustRead = false
    private var next: (() -> Void)?
    /// Whether time is being taken, further up on the stack.
    private var isMeasuring = false

    /// Builds it for one connection.
    ///
    /// - Parameters:
    ///   - standing: Says whether the caller is known.
    ///   - loop: The connection's event loop.
    ///   - read: Asks the layer below for bytes.
    init(
        _ standing: ConnectionStanding,
        on loop: any EventLoop,
        read: @escaping () -> Void
    ) {
        self.standing = standing
        self.loop = loop
        self.read = read
        pace = standing.pace?.pace(on: loop)
    }

    /// Those of the event loop who go on with what has come, strangers or not; nil if nobody is slowed.
    var turns: LoopTurns? { pace?.turns }

    /// Notes where the connection comes from.
    func enter(from address: IPAddress?) {
        network = SourceNetwork(of: address)
    }

    /// Whether it is read from now; otherwise it is read from in its turn.
    func mayRead() -> Bool {
        if !isWaiting, isDue() { return true }
        mustRead = true
        return false
    }

    /// Whether what has come is gone on with now; otherwise that is done in its turn, instead of what was to be done before.
    func mayGoOn(_ work: @escaping () -> Void) -> Bool {
        if !isWaiting, isDue() { return true }
        next = work
        return false
    }

    /// Does some work for the connection, and notes how long that takes while its caller is not known.
    func measure(_ work: () -> Void) {
        guard let pace, !standing.isKnown, !isMeasuring else { return work() }
        let begin = loop.now
        isMeasuring = true
        work()
        isMeasuring = false
        if standing.isKnown {
            newcomer.proved(pace, network)
        } else {
            newcomer.took(loop.now - begin, pace)
        }
    }

    /// Notes a request that has come along with another one, for which alone it was the connection's turn.
    func noteMore() {
        guard let pace, !standing.isKnown else { return }
        newcomer.took(LoopPace.cost, pace)
    }

    /// Notes that the caller has turned out to be known, and goes on at once with what waits.
    func proved() {
        guard let pace else { return }
        newcomer.proved(pace, network)
        guard isWaiting else { return }
        pace.left()
        readNow()
    }

    /// Notes that nothing more will come: what has come is still gone on with.
    func ended() {
        mustRead = false
        if next == nil { stopWaiting() }
    }

    /// Notes that the connection has ended.
    func leave() {
        mustRead = false
        next = nil
        stopWaiting()
        if let pace { newcomer.end(pace) }
    }

    private func stopWaiting() {
        guard isWaiting else { return }
        isWaiting = false
        pace?.left()
    }

    private func isDue() -> Bool {
        guard let pace, !standing.isKnown, !newcomer.reads(pace, from: network),
            !pace.mayRead(self, from: network)
        else { return true }
        isWaiting = true
        return false
    }
}

extension ConnectionTurn: WaitingReader {
    func readNow() {
        isWaiting = false
        if let work = next {
            next = nil
            measure(work)
        }
        guard mustRead, !isWaiting else { return }
        mustRead = false
        read()
    }
}
