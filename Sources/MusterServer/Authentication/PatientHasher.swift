public import MusterCore

/// Hashes passwords as another hasher does, and gives up those that wait for a peer that has gone away.
///
/// Hashing is all that a call waits long for, so a call need not be watched over in everything else it does.
public struct PatientHasher: PasswordHasher {
    /// For whom the present call works; nil if nobody can go away, or the whole call is given up with its peer.
    @TaskLocal static var peer: ConnectionStanding?

    private let hasher: any PasswordHasher

    /// Wraps the hasher that does the work.
    public init(_ hasher: any PasswordHasher) {
        self.hasher = hasher
    }

    /// Whether so many passwords wait that there is no place for another one.
    public var isFull: Bool { hasher.isFull }

    /// How it stands with those that wait.
    public var figures: HashingFigures { hasher.figures }

    /// How long a refusal takes in all.
    public var refusalTime: Duration { hasher.refusalTime }

    /// A password in the form in which it is hashed, on the calling thread.
    public func prepared(_ password: Secret<String>) -> Secret<String> {
        hasher.prepared(password)
    }

    /// A password in the form in which it is hashed, made on a thread of the hasher.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when too many wait.
    public func prepared(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> Secret<String> {
        try await untilGone { [hasher] () throws(MusterError) in
            try await hasher.prepared(password, in: lane)
        }
    }

    /// Hashes a password with the present parameters and a new salt.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when too many wait.
    public func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash {
        try await untilGone { [hasher] () throws(MusterError) in
            try await hasher.hash(password, in: lane)
        }
    }

    /// Checks a password.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when too many wait.
    public func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        try await untilGone { [hasher] () throws(MusterError) in
            try await hasher.check(password, against: hash, in: lane)
        }
    }

    /// Takes a hash that was made elsewhere.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `password_hash`.
    public func importHash(_ hash: Secret<String>) throws(MusterError) -> PasswordHash {
        try hasher.importHash(hash)
    }

    /// How long a check of the dearest of some hashes takes.
    public func dearestTime(of hashes: [PasswordHash]) -> Duration {
        hasher.dearestTime(of: hashes)
    }

    /// Says how long a check of the dearest hash takes that is kept in the directory.
    public func setDearestTime(_ time: Duration) {
        hasher.setDearestTime(time)
    }

    private func untilGone<Value: Sendable>(
        _ work: @escaping @Sendable () async throws(MusterError) -> Value
    ) async throws(MusterError) -> Value {
        guard let peer = PatientHasher.peer else { return try await work() }
        return try await peer.untilGone(work)
    }
}
