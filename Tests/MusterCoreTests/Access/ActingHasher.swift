import MusterCore
import MusterTesting
import Synchronization

/// Does something once, while a password is hashed or checked that somebody waits for.
final class ActingHasher: WrappingHasher {
    private let action = Mutex<(@Sendable () async -> Void)?>(nil)
    let hasher = InstantHasher()

    /// Says what happens during the next hash or check.
    func meanwhile(_ body: @escaping @Sendable () async -> Void) {
        action.withLock { $0 = body }
    }

    func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash {
        await act()
        return try await hasher.hash(password, in: lane)
    }

    func check(
        _ secret: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        await act()
        return try await hasher.check(secret, against: hash, in: lane)
    }

    private func act() async {
        let body = action.withLock { action in
            defer { action = nil }
            return action
        }
        await body?()
    }
}
