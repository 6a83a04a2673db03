/// A password's hash with its parameters and salt, as it is kept.
///
/// The directory's own are Argon2id; one that came with an import is replaced at the next login.
public struct PasswordHash: Sendable, Equatable {
    /// The string of PHC or crypt(3), `$argon2id$v=19$m=...,t=...,p=...$salt$hash` for one's own.
    ///
    /// Read by stores and hashers only.
    public let text: String

    /// Wraps a string that a hasher made.
    public init(_ text: String) {
        self.text = text
    }
}

/// What the directory keeps of a user's password.
public struct StoredPassword: Sendable {
    /// The hash.
    public var hash: PasswordHash
    /// Whether the password has to be changed at the next login.
    public var isTemporary: Bool
    /// When it was set, or when all that it had opened was ended since.
    public var changedAt: Timestamp

    /// Builds a record.
    public init(hash: PasswordHash, isTemporary: Bool, changedAt: Timestamp) {
        self.hash = hash
        self.isTemporary = isTemporary
        self.changedAt = changedAt
    }
}

/// The outcome of checking a password against a hash.
public enum PasswordCheck: Sendable, Equatable {
    /// It is not the password.
    case wrong
    /// It is the password, hashed as the settings ask today.
    case right
    /// It is the password, hashed with other parameters than the settings ask today.
    case rightButOutdated
}

/// Hashes passwords and checks them, on threads of its own.
///
/// What is hashed has at most ``PasswordPolicy/maximumBytes`` bytes; a longer password is wrong.
public protocol PasswordHasher: Sendable {
    /// Whether so many passwords wait that there is no place for another one.
    var isFull: Bool { get }

    /// How it stands with those that wait.
    var figures: HashingFigures { get }

    /// A password in the form in which it is hashed, and in which its characters are counted
    /// (NIST SP 800-63B-4 section 3.1.1.2), on the calling thread, which must be none that serves requests.
    func prepared(_ password: Secret<String>) -> Secret<String>

    /// A password in the form in which it is hashed, as ``prepared(_:)``, made on a thread of the hasher.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when too many wait.
    func prepared(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> Secret<String>

    /// Hashes a password with the present parameters and a new salt.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when too many wait.
    func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash

    /// Checks a password. With no hash it does the same work and answers ``PasswordCheck/wrong``, so that
    /// an unknown user takes as long as a known one.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when too many wait.
    func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck

    /// Takes a hash that was made elsewhere, if ``check(_:against:in:)`` will know what to do with it.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `password_hash`, which names the forms and
    ///   costs that are taken.
    func importHash(_ hash: Secret<String>) throws(MusterError) -> PasswordHash

    /// How long a refusal takes in all, so that it is the same whether there is such a user and whichever hash it has:
    /// twice as long as the dearest check of one that is kept; zero where hashing takes no time.
    var refusalTime: Duration { get }

    /// How long a check of the dearest of some hashes takes; zero where they take no other time than today's.
    func dearestTime(of hashes: [PasswordHash]) -> Duration

    /// Says how long a check of the dearest hash takes that is kept in the directory, ``dearestTime(of:)``.
    func setDearestTime(_ time: Duration)
}

extension PasswordHasher {
    /// Zero, where hashing takes no time.
    public var refusalTime: Duration { .zero }

    /// Zero, where all checks take the same.
    public func dearestTime(of hashes: [PasswordHash]) -> Duration { .zero }

    /// Nothing, where all checks take the same.
    public func setDearestTime(_ time: Duration) {}
}

extension PasswordHasher {
    /// The password itself, where the hasher takes it as it is.
    public func prepared(_ password: Secret<String>) -> Secret<String> { password }

    /// The password as ``prepared(_:)`` gives it, where that costs nothing.
    public func prepared(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> Secret<String> {
        prepared(password)
    }
}

extension PasswordHasher {
    /// Never, where nobody waits.
    public var isFull: Bool { false }

    /// None, where nobody waits.
    public var figures: HashingFigures { HashingFigures() }
}
