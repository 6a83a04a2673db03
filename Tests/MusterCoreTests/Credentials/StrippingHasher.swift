import MusterCore
import MusterTesting

/// Hashes passwords without their hyphens, so that a test sees which form of a password was counted.
struct StrippingHasher: WrappingHasher {
    let hasher = InstantHasher()

    func prepared(_ password: Secret<String>) -> Secret<String> {
        password.withExposedValue { Secret($0.filter { $0 != "-" }) }
    }

    func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash {
        try await hasher.hash(prepared(password), in: lane)
    }

    func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        try await hasher.check(prepared(password), against: hash, in: lane)
    }
}
