import MusterCore
import MusterTesting
import Testing

@testable import MusterCrypto

@Suite("What hashes cost on a machine")
struct HashCostTests {
    /// A machine on which each sample takes five thousandths of a second.
    private let stopwatch = FixedStopwatch(.milliseconds(5))

    private func hasher(
        _ parameters: Argon2Parameters? = nil,
        limit: Duration = .seconds(2)
    ) throws -> HashingThreads {
        try HashingThreads(
            parameters ?? Argon2Parameters(kibibytes: 1024, iterations: 1),
            threads: 1,
            queueLimit: 10,
            importLimit: limit,
            stopwatch: stopwatch
        )
    }

    @Test(
        "each sample is a hash of its scheme and opens to its password",
        arguments: HashScheme.allCases
    )
    func samples(_ scheme: HashScheme) throws {
        let sample = try ForeignHash(parsing: scheme.sample)
        #expect(sample.work.scheme == scheme)
        #expect(sample.matches(HashScheme.samplePassword))
    }

    @Test("time grows in proportion to what the hash asks for", arguments: DearHash.all)
    func proportion(_ dear: DearHash) throws {
        let costs = HashCosts(measuredWith: stopwatch)
        #expect(costs.time(of: try ForeignHash(parsing: dear.within).work) <= .seconds(2))
        #expect(costs.time(of: try ForeignHash(parsing: dear.beyond).work) > .seconds(2))
        // Any cost that can be written is reckoned with.
        #expect(costs.time(of: HashWork(scheme: .bcrypt, count: 1e300)) > .seconds(1_000_000))
    }

    @Test(
        "what would take longer than the limit is refused, what does not is taken",
        arguments: DearHash.all
    )
    func limit(_ dear: DearHash) throws {
        let hasher = try hasher()
        #expect(try hasher.importHash(Secret(dear.within)).text == dear.within)
        let refusal = #expect(throws: MusterError.self) {
            try hasher.importHash(Secret(dear.beyond))
        }
        #expect(refusal?.code == .inputInvalid && refusal?.details["field"] == "password_hash")
        let message = try #require(refusal?.message)
        #expect(message.contains(" 2000 ms") && message.contains("password.import.milliseconds"))
        #expect(message.contains("about \(dear.milliseconds) ms"), "\(message)")
        #expect(!message.contains(dear.beyond))
    }

    @Test("the limit is the operator's", arguments: DearHash.all)
    func operatorsLimit(_ dear: DearHash) throws {
        let patient = try hasher(limit: .seconds(60))
        #expect(throws: Never.self) { try patient.importHash(Secret(dear.beyond)) }
        let impatient = try hasher(limit: .milliseconds(1))
        #expect(throws: MusterError.self) { try impatient.importHash(Secret(dear.within)) }
    }

    @Test("a hash with one's own parameters comes back, whatever it takes")
    func own() async throws {
        let hasher = try hasher(limit: .zero)
        let hash = try await hasher.hash(Secret("correct horse"))
        #expect(try hasher.importHash(Secret(hash.text)) == hash)
    }

    @Test("the machine is measured once, by the first import, and never by a login")
    func once() async throws {
        let hasher = try hasher()
        let vector = try #require(HashVector.all.first)
        _ = try await hasher.check(Secret("x"), against: PasswordHash(vector.hash))
        #expect(stopwatch.measurements == 0)
        for _ in 0..<3 { _ = try hasher.importHash(Secret(vector.hash)) }
        #expect(stopwatch.measurements == 3 * HashScheme.allCases.count)
    }

    @Test("the least of several measurements counts")
    func least() throws {
        final class Slowing: HashStopwatch {
            let first = FixedStopwatch(.zero)
            func time(_ work: () -> Void) -> Duration {
                _ = first.time(work)
                return .milliseconds(10 - 5 * (first.measurements % 2))
            }
        }
        #expect(HashCosts(measuredWith: Slowing()) == HashCosts(measuredWith: stopwatch))
    }

    @Test("a real stopwatch counts the work that is done")
    func real() {
        var isDone = false
        #expect(ThreadStopwatch().time { isDone = true } >= .zero)
        #expect(isDone)
    }

    @Test("hashes that take well longer than one's own are checked apart")
    func dear() async throws {
        // One's own takes six milliseconds, so that what takes more than twenty-four is dear.
        let hasher = try hasher(Argon2Parameters(kibibytes: 19_456, iterations: 1))
        _ = try hasher.importHash(Secret(HashScheme.bcrypt.sample))
        let own = try await hasher.hash(Secret("x"))
        #expect(hasher.cost(of: own, passwordBytes: 10) == .ordinary)
        for scheme in HashScheme.allCases {
            #expect(hasher.cost(of: PasswordHash(scheme.sample), passwordBytes: 10) == .ordinary)
        }
        for dear in DearHash.all {
            #expect(hasher.cost(of: PasswordHash(dear.within), passwordBytes: 10) == .dear)
            #expect(hasher.cost(of: PasswordHash(dear.beyond), passwordBytes: 10) == .dear)
        }
        let former = PasswordHash(
            "$argon2id$v=19$m=4194304,t=100,p=1$\(DearHash.salt)$\(DearHash.tag)"
        )
        #expect(hasher.cost(of: former, passwordBytes: 10) == .dear)
        #expect(hasher.cost(of: PasswordHash("garbage"), passwordBytes: 10) == .ordinary)
    }

    @Test("while a dear hash is checked the others go on")
    func apart() async throws {
        let hasher = try hasher()
        let gate = AsyncStream.makeStream(of: Void.self)
        let blocker = Blocker()
        let dear = Task {
            try await hasher.dearPool.run(in: .bulk) { blocker.block(gate.continuation) }
        }
        for await _ in gate.stream {}
        let hash = try await hasher.hash(Secret("correct horse"))
        #expect(try await hasher.check(Secret("correct horse"), against: hash) == .right)
        blocker.open()
        try await dear.value
    }

    @Test(
        "a password that makes SHA-512-crypt take far beyond the limit by its length alone is wrong"
    )
    func length() throws {
        let hasher = try hasher()
        _ = try hasher.importHash(Secret(HashScheme.bcrypt.sample))
        let hash = PasswordHash("$6$rounds=2000000$abcdefgh$\(DearHash.crypt86)")
        #expect(hasher.cost(of: hash, passwordBytes: 15) == .dear)
        #expect(hasher.cost(of: hash, passwordBytes: 75) == .dear)
        #expect(hasher.cost(of: hash, passwordBytes: 512) == .excessive)
        // What has the default of other programs opens to every password that they take.
        let usual = PasswordHash("$6$rounds=656000$abcdefgh$\(DearHash.crypt86)")
        #expect(hasher.cost(of: usual, passwordBytes: 300) == .dear)
        // A limit that was lowered later shuts nobody out.
        let lowered = try self.hasher(limit: .milliseconds(1))
        #expect(lowered.cost(of: hash, passwordBytes: 15) == .dear)
    }
}
