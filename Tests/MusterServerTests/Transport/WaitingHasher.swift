import MusterCore
import MusterTesting
import Synchronization

/// Checks no password before its caller is given up.
final class WaitingHasher: WrappingHasher {
    private enum State {
        case waiting(CheckedContinuation<Void, Never>?)
        case givenUp
    }

    /// One element for each check that has come, and one for each that was given up.
    let arrivals: AsyncStream<Void>
    let endings: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    private let ending: AsyncStream<Void>.Continuation
    let hasher = InstantHasher()

    init() {
        (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        (endings, ending) = AsyncStream.makeStream(of: Void.self)
    }

    func check(
        _ secret: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        let state = Mutex(State.waiting(nil))
        arrival.yield()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isGivenUp = state.withLock { state in
                    if case .givenUp = state { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isGivenUp { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
                defer { state = .givenUp }
                if case .waiting(let continuation) = state { return continuation }
                return nil
            }
            waiting?.resume()
        }
        ending.yield()
        throw .overloaded("Nobody waits for this any more.", retryAfter: 1)
    }
}
