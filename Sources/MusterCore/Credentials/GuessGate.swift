import Synchronization

/// Lets passwords be tried only as many at a time as may still fail.
///
/// Whoever tries many at the same moment would otherwise have all of them checked before the first failure
/// counts. One account is told from another, and one source from another, by a hash of their names, so nothing
/// that strangers send is kept. Those who wait have fair shares of a bounded number of places: strangers choose the names
/// and the networks, and so at how many places they wait.
final class GuessGate: Sendable {
    /// An account as it was named, tried from one source.
    struct Key: Hashable, Sendable {
        fileprivate let hash: UInt64

        init(name: NameHash, source: LoginSource) {
            var hasher = Hasher()
            hasher.combine(name)
            hasher.combine(source)
            hash = UInt64(bitPattern: Int64(hasher.finalize()))
        }
    }

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct Place {
        /// How many may be tried at a time; nil until it is known how many have failed.
        var known: Int?
        var room: Int { known ?? 1 }
        var inside = 0
        var waiting: [Waiter] = []
    }

    private struct State {
        var places: [Key: Place] = [:]
        /// Everybody who waits, by the waiter's number.
        var waiting: FairQueue<(key: Key, id: UInt64)>
        var lastID: UInt64 = 0
    }

    /// What becomes of somebody who arrives.
    private enum Arrival {
        case isInside
        /// It waits, and this one, which waited, has lost its place to it.
        case waits(insteadOf: Waiter?)
        case isRefused
    }

    /// The most that wait for one place.
    static let waitingAtOnePlace = 64
    private let state: Mutex<State>

    /// Begins with nobody.
    ///
    /// - Parameter waitingTogether: The most that wait, at all places; beyond that a newcomer gets the place of whoever has the
    ///   most.
    init(waitingTogether: Int = 4096) {
        state = Mutex(State(waiting: FairQueue(limit: waitingTogether)))
    }

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Waits until a password may be tried.
    ///
    /// - Parameters:
    ///   - key: Whose, and where it comes from.
    ///   - lane: Among whom it waits.
    /// - Throws: ``MusterError`` with code `server.overloaded` if too many wait, or nobody waits any more.
    func enter(_ key: Key, in lane: HashingLane) async throws(MusterError) {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let isInside = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(id: id, continuation: continuation)
                switch state.withLock({ GuessGate.arrive(&$0, key, waiter, lane) }) {
                case .isInside: continuation.resume(returning: true)
                case .waits(let other): other?.continuation.resume(returning: false)
                case .isRefused: continuation.resume(returning: false)
                }
            }
        } onCancel: {
            state.withLock { state in
                _ = state.waiting.remove(id)
                return GuessGate.remove(&state, key, id)
            }?.continuation.resume(returning: false)
        }
        guard isInside else {
            throw .overloaded(
                "Too many passwords of this user wait to be checked. Try again in a second.",
                retryAfter: 1,
                for: .logins
            )
        }
    }

    /// Lets one less be tried at a time, after a failure.
    func noteFailure(_ key: Key) {
        state.withLock { state in
            guard let known = state.places[key]?.known else { return }
            state.places[key]?.known = max(1, known - 1)
        }
    }

    /// Says how many passwords may be tried at a time, from 1.
    ///
    /// Only the first to say it makes room: who read the failures before somebody else's counted says it too late, and
    /// would let in one more than may fail.
    func allow(_ room: Int, at key: Key) {
        resume { state in
            guard let place = state.places[key] else { return [] }
            state.places[key]?.known = max(1, min(place.known ?? room, room))
            return GuessGate.admit(&state, key)
        }
    }

    /// Gives a place back.
    func leave(_ key: Key) {
        resume { state in
            state.places[key]?.inside -= 1
            return GuessGate.admit(&state, key)
        }
    }

    private func resume(_ body: (inout State) -> [Waiter]) {
        for waiter in state.withLock({ body(&$0) }) { waiter.continuation.resume(returning: true) }
    }

    private static func arrive(
        _ state: inout State,
        _ key: Key,
        _ waiter: Waiter,
        _ lane: HashingLane
    ) -> Arrival {
        if Task.isCancelled { return .isRefused }
        let place = state.places[key] ?? Place()
        if place.inside < place.room, place.waiting.isEmpty {
            state.places[key, default: Place()].inside += 1
            return .isInside
        }
        guard place.waiting.count < waitingAtOnePlace else { return .isRefused }
        var other: Waiter?
        switch state.waiting.add((key, waiter.id), as: waiter.id, in: lane) {
        case .waits: break
        case .displaced(let (key, id)): other = remove(&state, key, id)
        case .refused: return .isRefused
        }
        state.places[key, default: Place()].waiting.append(waiter)
        return .waits(insteadOf: other)
    }

    /// Those who come in now; forgets a place that nobody is at.
    private static func admit(_ state: inout State, _ key: Key) -> [Waiter] {
        guard var place = state.places[key] else { return [] }
        let count = min(max(0, place.room - place.inside), place.waiting.count)
        let admitted = Array(place.waiting.prefix(count))
        place.waiting.removeFirst(count)
        place.inside += count
        for waiter in admitted { _ = state.waiting.remove(waiter.id) }
        state.places[key] = place.inside == 0 && place.waiting.isEmpty ? nil : place
        return admitted
    }

    private static func remove(_ state: inout State, _ key: Key, _ id: UInt64) -> Waiter? {
        guard let index = state.places[key]?.waiting.firstIndex(where: { $0.id == id }) else {
            return nil
        }
        return state.places[key]?.waiting.remove(at: index)
    }
}

/// A login name as somebody typed it, told from others by a hash: letters of ASCII without regard to case.
struct NameHash: Hashable, Sendable {
    private let hash: Int

    /// Hashes as much of a name as a login name can have.
    init(_ name: String) {
        var hasher = Hasher()
        for byte in name.utf8.prefix(Username.maximumLength + 1) {
            hasher.combine(
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
            )
        }
        hash = hasher.finalize()
    }

    /// Stands for a user whatever its name becomes.
    init(_ user: UserID) {
        var hasher = Hasher()
        // No byte of UTF-8 is 0xFF, so that no name is hashed as this.
        hasher.combine(UInt8.max)
        hasher.combine(user)
        hash = hasher.finalize()
    }
}
