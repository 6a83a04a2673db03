import MusterCore
import NIOCore
import Synchronization

/// What a connection's caller was found to be when its last request was judged.
///
/// It is triggered on the channel by whoever judges, if it is another than before.
struct CallerJudged: Sendable {
    /// Whether it brought credentials that are good.
    let isKnown: Bool
}

/// What those who work for a connection's peer and its event loop tell each other: whether the caller is known, and
/// whether the peer is still there.
///
/// Both sides ask it directly. To wake an event loop for what it need not do would cost each change a tenth of its time.
final class ConnectionStanding: Sendable {
    /// What is to be done when the peer goes away.
    private enum Departure {
        case nothing
        case action(@Sendable () -> Void)
        case gone
    }

    let pace: StrangersPace?
    private let known = Atomic(false)
    private let departure = Mutex(Departure.nothing)
    private let peer = Mutex<IPAddress?>(nil)

    init(_ pace: StrangersPace?) {
        self.pace = pace
    }

    /// Stands for every connection that had ended, and been forgotten, before anybody asked for it.
    static let ended = {
        let standing = ConnectionStanding(nil)
        standing.leave()
        return standing
    }()

    /// Whether it is the one for connections that had ended.
    var isEnded: Bool { self === ConnectionStanding.ended }

    /// The peer's address, also when the connection has ended; nil if it has none.
    var address: IPAddress? { peer.withLock { $0 } }

    /// Notes the peer's address, which a channel forgets when it is closed.
    func enter(from address: IPAddress?) {
        peer.withLock { $0 = address }
    }

    /// Whether the caller is known; everybody is a stranger at first.
    var isKnown: Bool { known.load(ordering: .relaxed) }

    /// Notes what a request's credentials have shown.
    ///
    /// - Returns: Whether it is another than before.
    @discardableResult
    func judge(isKnown: Bool, at now: NIODeadline) -> Bool {
        if isKnown { pace?.noteCall(at: now) }
        return note(isKnown: isKnown)
    }

    /// Notes whether the caller is known, for whom nothing need be done at present.
    ///
    /// - Returns: Whether it is another than before.
    @discardableResult
    func note(isKnown: Bool) -> Bool {
        known.exchange(isKnown, ordering: .relaxed) != isKnown
    }

    /// Does some work, in a task of its own, that is cancelled when the peer goes away: when it has closed its side, or
    /// the connection has ended.
    ///
    /// What waits can be cancelled, as a password that waits to be hashed, and so can long reads of the store; changes are made
    /// to their end.
    ///
    /// - Throws: what `work` throws.
    func untilGone<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        // It begins on this thread: to have it begin on another would be one more wait.
        let task = Task<Result<Value, Failure>, Never>.immediate {
            if hasGone { withUnsafeCurrentTask { $0?.cancel() } }
            do throws(Failure) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        }
        whenGone { task.cancel() }
        defer { forget() }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        return try result.get()
    }

    /// Has something done once the peer goes away, instead of what was to be done before; at once if it has gone.
    func whenGone(_ action: @escaping @Sendable () -> Void) {
        let isGone = departure.withLock { departure in
            if case .gone = departure { return true }
            departure = .action(action)
            return false
        }
        if isGone { action() }
    }

    private var hasGone: Bool {
        departure.withLock { departure in
            if case .gone = departure { true } else { false }
        }
    }

    /// Has nothing done when the peer goes away.
    func forget() {
        departure.withLock { departure in
            if case .action = departure { departure = .nothing }
        }
    }

    /// Notes that the peer has gone.
    func leave() {
        let last = departure.withLock { departure in
            defer { departure = .gone }
            return departure
        }
        if case .action(let action) = last { action() }
    }
}

/// The standing of each connection there is, found by its channel.
final class ConnectionStandings: Sendable {
    /// Those of this process, as long as their connections last.
    static let shared = ConnectionStandings()

    private let standings = Mutex<[ObjectIdentifier: ConnectionStanding]>([:])

    /// The standing of a connection; nil for a channel that has none.
    subscript(channel: any Channel) -> ConnectionStanding? {
        standings.withLock { $0[ObjectIdentifier(channel)] }
    }

    /// Keeps the standing of a connection that begins.
    func enter(_ standing: ConnectionStanding, _ channel: any Channel) {
        standings.withLock { $0[ObjectIdentifier(channel)] = standing }
    }

    /// Forgets a connection that has ended.
    func leave(_ channel: any Channel) {
        standings.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}
