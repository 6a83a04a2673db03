public import MusterCore
import Synchronization

/// Hashes passwords at no cost, and counts how often it was asked.
///
/// The "hash" is the password itself in hexadecimal, so this is for tests alone.
public final class InstantHasher: PasswordHasher {
    /// How often each method was asked.
    public struct Calls: Sendable, Equatable {
        /// Hashes made.
        public var hashes: Int
        /// Passwords checked, those against no hash too.
        public var checks: Int

        /// Counts nothing unless said otherwise.
        public init(hashes: Int = 0, checks: Int = 0) {
            self.hashes = hashes
            self.checks = checks
        }
    }

    private struct State {
        var calls = Calls()
        var generation = 1
        var salt = 0
        var isOverloaded = false
    }

    private let state = Mutex(State())

    /// Makes a hasher that takes every request.
    public init() {}

    /// How often each method was asked so far.
    public var calls: Calls {
        state.withLock { $0.calls }
    }

    /// Refuses everything from now on, or takes it again.
    public func setOverloaded(_ isOverloaded: Bool) {
        state.withLock { $0.isOverloaded = isOverloaded }
    }

    /// Acts as if the parameters had been changed: the hashes made so far are outdated.
    public func changeParameters() {
        state.withLock { $0.generation += 1 }
    }

    /// Hashes a password with the present parameters and a new salt.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when told to refuse.
    public func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash {
        try state.withLock { state throws(MusterError) in
            state.calls.hashes += 1
            try InstantHasher.requireRoom(state)
            state.salt += 1
            return PasswordHash(
                "instant$\(state.generation)$\(state.salt)$\(InstantHasher.text(of: password))"
            )
        }
    }

    /// Checks a password.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when told to refuse.
    public func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        try state.withLock { state throws(MusterError) in
            state.calls.checks += 1
            try InstantHasher.requireRoom(state)
            let parts = (hash?.text ?? "").split(separator: "$", omittingEmptySubsequences: false)
            guard parts.count == 4, parts[3] == InstantHasher.text(of: password) else {
                return .wrong
            }
            return parts[1] == "\(state.generation)" ? .right : .rightButOutdated
        }
    }

    /// Takes hashes of its own form.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `password_hash`.
    public func importHash(_ hash: Secret<String>) throws(MusterError) -> PasswordHash {
        let text = hash.withExposedValue { $0 }
        guard text.hasPrefix("instant$") else {
            throw .invalid("password_hash", rule: "is of no form that is taken")
        }
        return PasswordHash(text)
    }

    private static func requireRoom(_ state: State) throws(MusterError) {
        guard !state.isOverloaded else {
            throw .overloaded("The hasher was told to refuse.", retryAfter: 1)
        }
    }

    private static func text(of password: Secret<String>) -> String {
        password.withExposedValue { Hex.text($0.utf8) }
    }
}

extension PasswordHasher {
    /// Hashes a password in the lane for many, for tests to which lanes do not matter.
    ///
    /// - Throws: As ``hash(_:in:)``.
    public func hash(_ password: Secret<String>) async throws(MusterError) -> PasswordHash {
        try await hash(password, in: .bulk)
    }

    /// Checks a password in the lane for many, for tests to which lanes do not matter.
    ///
    /// - Throws: As ``check(_:against:in:)``.
    public func check(
        _ password: Secret<String>,
        against hash: PasswordHash?
    ) async throws(MusterError) -> PasswordCheck {
        try await check(password, against: hash, in: .bulk)
    }
}
