import Dispatch
import Foundation
public import MusterCore
import Synchronization

/// Hashes passwords on a few threads of its own, behind a queue of bounded length.
///
/// One hash takes 19 MiB and some 20 ms, one that came from elsewhere up to 256 MiB and a second or two. Without bounds a storm of logins would take all the memory there
/// is, and on the threads that serve requests it would hold up everybody else.
public final class HashingThreads: PasswordHasher {
    private typealias Job = @Sendable () -> Void

    private struct Queue {
        var jobs: [Job] = []
        var next = 0
    }

    /// How long a thread without work keeps the memory of its last hash: as long as the next login of a storm may
    /// let itself be awaited, and no longer than that.
    private static let memoryKept = DispatchTimeInterval.seconds(1)

    private let queue = Mutex(Queue())
    private let available = DispatchSemaphore(value: 0)
    private let queueLimit: Int
    private let threadCount: Int
    private let argon2: Argon2id
    private let decoy: PasswordHash

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - parameters: How much work a hash costs.
    ///   - threads: How many hashes are computed at a time, from 1.
    ///   - queueLimit: How many more may wait.
    /// - Throws: ``MusterError`` with code `server.overloaded` when there is not enough memory for one hash.
    public init(
        _ parameters: Argon2Parameters,
        threads: Int,
        queueLimit: Int
    ) throws(MusterError) {
        argon2 = Argon2id(parameters)
        self.queueLimit = queueLimit
        threadCount = max(threads, 1)
        let text = Secret(Hex.text(SystemRandom().bytes(32)))
        guard let decoy = argon2.hash(text) else { throw HashingThreads.outOfMemory }
        self.decoy = decoy
        for number in 1...threadCount {
            let thread = Thread { [weak self, available] in
                ThreadPriority.lowerOwn()
                HashingMemory.keep(parameters.memoryBytes)
                defer { HashingMemory.giveBack() }
                while true {
                    if available.wait(timeout: .now() + Self.memoryKept) == .timedOut {
                        HashingMemory.giveBack()
                        available.wait()
                    }
                    guard let job = self?.takeJob() else { return }
                    job()
                }
            }
            thread.name = "hashing-\(number)"
            thread.start()
        }
    }

    /// The password in Unicode form NFC.
    public func prepared(_ password: Secret<String>) -> Secret<String> {
        password.withExposedValue { Secret(Argon2id.prepared($0)) }
    }

    deinit {
        // Each signal lets one thread find that there is nothing left to work for.
        for _ in 0..<threadCount { available.signal() }
    }

    private func takeJob() -> Job? {
        queue.withLock { queue in
            guard queue.next < queue.jobs.count else { return nil }
            let job = queue.jobs[queue.next]
            queue.next += 1
            if queue.next == queue.jobs.count {
                queue.jobs.removeAll(keepingCapacity: true)
                queue.next = 0
            }
            return job
        }
    }

    /// Hashes a password with the present parameters and a new salt.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded`.
    public func hash(
        _ password: Secret<String>,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordHash {
        let argon2 = argon2
        guard let hash = try await run({ argon2.hash(password) }) else {
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
        let decoy = decoy
        return try await run {
            let check = argon2.check(password, against: hash ?? decoy)
            return hash == nil ? .wrong : check
        }
    }

    /// Takes a hash that was made elsewhere: Argon2id, bcrypt, PBKDF2 or SHA-512-crypt within bounds of cost.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `password_hash`.
    public func adopt(_ hash: Secret<String>) throws(MusterError) -> PasswordHash {
        let text = hash.withExposedValue { $0 }
        _ = try AdoptedHash(parsing: text)
        return PasswordHash(text)
    }

    private func run<Result: Sendable>(
        _ work: @escaping @Sendable () -> Result
    ) async throws(MusterError) -> Result {
        let result: Result? = await withCheckedContinuation { continuation in
            let isQueued = queue.withLock { queue in
                guard queue.jobs.count - queue.next < queueLimit else { return false }
                queue.jobs.append { continuation.resume(returning: work()) }
                return true
            }
            if isQueued {
                available.signal()
            } else {
                continuation.resume(returning: nil)
            }
        }
        guard let result else {
            throw .overloaded(
                "Too many passwords wait to be checked. Try again in a second.",
                retryAfter: 1
            )
        }
        return result
    }

    private static var outOfMemory: MusterError {
        .overloaded("There is not enough memory to hash a password.", retryAfter: 5)
    }
}
