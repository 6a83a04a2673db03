public import MusterCore
import Synchronization

/// Hashes passwords on a few threads of its own, behind queues of bounded length in which everybody has a fair share.
///
/// One hash takes 19 MiB and some 20 ms; one that came from elsewhere may take 256 MiB and seconds, and is checked
/// apart, so that the others go on. Without bounds a storm of logins would take all the memory there is, and on the
/// threads that serve requests it would hold up everybody else.
public final class HashingThreads: PasswordHasher {
    /// How many times the work of one's own hash is too much to be done among those.
    private static let dearFactor = 4
    /// How many threads there are to one that checks dear hashes.
    private static let threadsPerDearThread = 4
    /// How many places there are to one for a dear hash: some thirty of them take as long as a caller waits.
    private static let placesPerDearPlace = 8

    /// Where hashes are made and checked.
    let pool: HashingPool
    /// Where hashes are checked that take much longer than one's own.
    let dearPool: HashingPool
    private let argon2: Argon2id
    private let decoy: PasswordHash
    private let importLimit: Duration
    private let weakForms: Set<WeakHashForm>
    private let meter: HashCostMeter
    /// How the texts of one's own hashes begin.
    private let ownPrefix: [UInt8]
    private let ownWork: HashWork
    /// How long a check of the dearest hash from elsewhere takes that is kept; zero if there is none.
    private let dearest = Mutex(Duration.zero)

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - parameters: How much work a hash costs.
    ///   - threads: How many hashes are computed at a time, from 1; for dear ones from elsewhere there is one more,
    ///     or a quarter as many.
    ///   - queueLimit: How many more may wait.
    ///   - importLimit: How long a check of a hash from elsewhere may take on this machine.
    ///   - weakForms: Which weak hashes from elsewhere are taken all the same.
    ///   - stopwatch: What the time of checks is measured with.
    /// - Throws: ``MusterError`` with code `server.overloaded` when there is not enough memory for one hash.
    public init(
        _ parameters: Argon2Parameters,
        threads: Int,
        queueLimit: Int,
        importLimit: Duration = HashingThreads.defaultImportLimit,
        weakForms: Set<WeakHashForm> = [],
        stopwatch: any HashStopwatch = ThreadStopwatch()
    ) throws(MusterError) {
        argon2 = Argon2id(parameters)
        self.importLimit = importLimit
        self.weakForms = weakForms
        meter = HashCostMeter(stopwatch)
        ownPrefix = Array(
            "$argon2id$v=19$m=\(parameters.kibibytes),t=\(parameters.iterations),p=1$".utf8
        )
        ownWork = .argon2id(kibibytes: parameters.kibibytes, passes: parameters.iterations)
        let text = Secret(Hex.text(SystemRandom().bytes(32)))
        guard let decoy = argon2.hash(text) else { throw HashingThreads.outOfMemory }
        self.decoy = decoy
        pool = HashingPool(
            "hashing",
            threads: threads,
            queueLimit: queueLimit,
            priority: .hashing,
            memoryBytes: parameters.memoryBytes
        )
        dearPool = HashingPool(
            "hashing-dear",
            threads: threads / HashingThreads.threadsPerDearThread,
            queueLimit: min(queueLimit, max(1, queueLimit / HashingThreads.placesPerDearPlace)),
            priority: .dearHashing,
            memoryBytes: 0
        )
    }

    /// Whether so many passwords wait that there is no place for another one.
    public var isFull: Bool { pool.isFull }

    /// How it stands with those that wait.
    public var figures: HashingFigures {
        HashingFigures(queues: [pool.figures("own"), dearPool.figures("foreign")])
    }

    /// How long a check of a hash from elsewhere may take, unless the settings say otherwise.
    public static let defaultImportLimit = Duration.seconds(2)

    /// The password in Unicode form NFC.
    public func prepared(_ password: Secret<String>) -> Secret<String> {
        password.withExposedValue { Secret(PasswordForm.prepared($0)) }
    }

    /// The password in Unicode form NFC, made on a hashing thread unless it is in that form as it is.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded`.
    public func prepared(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> Secret<String> {
        guard password.withExposedValue(PasswordForm.mayChange) else { return password }
        return try await pool.run(in: lane) { [self] in prepared(password) }
    }

    /// Hashes a password with the present parameters and a new salt.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded`, or `password.policy` where the password has more
    ///   than ``PasswordPolicy/maximumBytes`` bytes.
    public func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash {
        guard password.withExposedValue(PasswordForm.isWithinBounds) else {
            throw PasswordPolicy.tooLong
        }
        let argon2 = argon2
        guard let hash = try await pool.run(in: lane, { argon2.hash(password) }) else {
            throw HashingThreads.outOfMemory
        }
        return hash
    }

    /// Checks a password; without a hash, against one that nothing matches.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded`.
    public func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        let argon2 = argon2
        guard let hash else {
            let decoy = decoy
            _ = try await pool.run(in: lane) { [pool] in
                _ = argon2.check(password, against: decoy)
                pool.note(.wrong, in: lane)
            }
            return .wrong
        }
        let bytes = password.withExposedValue { $0.utf8.count }
        switch cost(of: hash, passwordBytes: bytes) {
        case .ordinary:
            return try await pool.run(in: lane) { [pool] in
                let check = argon2.check(password, against: hash)
                pool.note(check, in: lane)
                return check
            }
        case .dear:
            return try await dearPool.run(in: lane) { argon2.check(password, against: hash) }
        case .excessive:
            _ = try await dearPool.run(in: lane) { argon2.check(Secret(""), against: hash) }
            return .wrong
        }
    }

    /// Takes a hash that was made elsewhere: one of the forms of ``ForeignHash``.
    ///
    /// This machine has to check it within the limit of time. Weak forms are taken only where they were named.
    ///
    /// The first call measures the machine, which takes some hundredths of a second.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `password_hash`.
    public func importHash(_ hash: Secret<String>) throws(MusterError) -> PasswordHash {
        let text = hash.withExposedValue { $0 }
        let foreign = try ForeignHash(parsing: text)
        if let form = foreign.weakForm, !weakForms.contains(form) {
            throw ForeignHash.tooWeak(form)
        }
        let work = foreign.work
        let time = meter.measured().time(of: work)
        guard time <= importLimit || text.utf8.starts(with: ownPrefix) else {
            throw ForeignHash.tooDear(time, limit: importLimit)
        }
        if !text.utf8.starts(with: ownPrefix) { dearest.withLock { $0 = max($0, time) } }
        return PasswordHash(text)
    }

    /// What kind of work a check is.
    enum CheckCost {
        /// Not much more than a check of one's own hash.
        case ordinary
        /// So much more that it is done apart.
        case dear
        /// So much more for the length of the password alone that the password is wrong instead.
        case excessive
    }

    /// What kind of work a check of a password of so many bytes is, as far as the machine is known.
    func cost(of hash: PasswordHash, passwordBytes: Int) -> CheckCost {
        let text = hash.text.utf8
        guard !text.starts(with: ownPrefix) else { return .ordinary }
        guard let foreign = try? ForeignHash(parsing: hash.text) else {
            // One's own of former parameters, beyond what is taken from elsewhere; anything else matches nothing.
            return text.starts(with: "$argon2id$".utf8) ? .dear : .ordinary
        }
        let costs = meter.present
        // A longer text is not hashed at all.
        let hashedBytes = passwordBytes <= PasswordPolicy.maximumBytes ? passwordBytes : 0
        let time = costs.time(of: foreign.work(passwordBytes: hashedBytes))
        let shortTime = costs.time(of: foreign.work)
        if time > shortTime, time > max(importLimit, shortTime) * 2 { return .excessive }
        return time > costs.time(of: ownWork) * HashingThreads.dearFactor ? .dear : .ordinary
    }

    /// How long a check of the dearest hash from elsewhere takes that is known of; zero if there is none.
    var dearestKept: Duration { dearest.withLock { $0 } }

    func setDearestKept(_ time: Duration) { dearest.withLock { $0 = time } }

    /// How long a check of one's own hash takes, as far as the machine is known.
    var presentOwnTime: Duration { meter.present.time(of: ownWork) }

    /// Measures the machine, unless it was; some hundredths of a second.
    func measure() { _ = meter.measured() }

    /// How long a check of a hash takes that is not one's own of today's parameters; zero for one's own, and for what
    /// matches nothing.
    func foreignTime(of hash: PasswordHash) -> Duration {
        guard !hash.text.utf8.starts(with: ownPrefix) else { return .zero }
        guard let foreign = try? ForeignHash(parsing: hash.text) else {
            // One's own of former parameters, beyond what is taken from elsewhere.
            return hash.text.utf8.starts(with: "$argon2id$".utf8) ? importLimit : .zero
        }
        return meter.measured().time(of: foreign.work)
    }

    private static var outOfMemory: MusterError {
        .overloaded("There is not enough memory to hash a password.", retryAfter: 5)
    }
}
