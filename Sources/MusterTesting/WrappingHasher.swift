public import MusterCore

/// A hasher of a test that leaves to an ``InstantHasher`` whatever it does not do itself.
public protocol WrappingHasher: PasswordHasher {
    /// The hasher that does the rest.
    var hasher: InstantHasher { get }
}

extension WrappingHasher {
    /// Hashes a password.
    ///
    /// - Throws: As ``InstantHasher/hash(_:in:)``.
    public func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash {
        try await hasher.hash(password, in: lane)
    }

    /// Checks a password.
    ///
    /// - Throws: As ``InstantHasher/check(_:against:in:)``.
    public func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        try await hasher.check(password, against: hash, in: lane)
    }

    /// Takes a hash.
    ///
    /// - Throws: As ``InstantHasher/importHash(_:)``.
    public func importHash(_ hash: Secret<String>) throws(MusterError) -> PasswordHash {
        try hasher.importHash(hash)
    }
}
