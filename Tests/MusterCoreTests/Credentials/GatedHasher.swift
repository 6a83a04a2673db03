import MusterCore
import MusterTesting
import Synchronization

/// Hashes at no cost, but lets hashing wait while its gate is closed.
///
/// So a test can do something while a new password is being hashed.
final class GatedHasher: WrappingHasher {
    private struct State {
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// One element for each password that has come to the closed gate.
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    private let state = Mutex(State())
    let hasher = InstantHasher()

    init() {
        (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    }

    func close() {
        state.withLock { $0.isClosed = true }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isClosed = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash {
        await pass()
        return try await hasher.hash(password, in: lane)
    }

    private func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard state.isClosed else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOpen { continuation.resume() } else { arrival.yield() }
        }
    }
}
