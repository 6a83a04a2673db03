import MusterCore
import MusterTesting
import Synchronization

/// Answers the first checks together: each waits until as many have come as were announced.
///
/// So every caller has read the user before the first of them writes.
final class MeetingHasher: WrappingHasher {
    private struct State {
        var missing: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// One element for each check that has come.
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    private let password: String?
    private let state: Mutex<State>
    let hasher = InstantHasher()

    /// Lets so many checks meet; where a password is named, checks of others pass by.
    init(checks: Int, of password: String? = nil) {
        self.password = password
        state = Mutex(State(missing: checks))
        (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    }

    /// Makes the hashes outdated that there are.
    func changeParameters() {
        hasher.changeParameters()
    }

    func check(
        _ secret: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        if password == nil || secret.withExposedValue({ $0 == password }) {
            await meet()
        }
        return try await hasher.check(secret, against: hash, in: lane)
    }

    private func meet() async {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                state.waiting.append(continuation)
                arrival.yield()
                state.missing -= 1
                guard state.missing <= 0 else { return [CheckedContinuation<Void, Never>]() }
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in ready { continuation.resume() }
        }
    }
}
