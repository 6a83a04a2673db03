import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterCore

@Suite("Refusals take the same time, whoever is there", .everyStore)
struct EvenRefusalTests {
    private static let wrong = Secret("wrong password")

    /// Has a dear hash somewhere.
    private final class DearHasher: WrappingHasher {
        let hasher = InstantHasher()
        private let dearest = Mutex(Duration.zero)

        var refusalTime: Duration { dearest.withLock { $0 * 2 } }

        func dearestTime(of hashes: [PasswordHash]) -> Duration {
            hashes.map { $0.text.utf8.starts(with: "dear$".utf8) ? .milliseconds(300) : .zero }
                .max()
                ?? .zero
        }

        func setDearestTime(_ time: Duration) { dearest.withLock { $0 = time } }
    }

    private func fail(_ test: TestDirectory, _ name: String) async {
        _ = await failure { try await test.logIn(name, Self.wrong) }
    }

    @Test("a wrong password waits as long as the dearest hash takes that is kept, whoever has it")
    func kept() async throws {
        let hasher = DearHasher()
        let test = try await TestDirectory(hasher: hasher)
        let dear = try await test.makeUser("dear@example.com")
        for number in 0..<HashSurvey.batch { _ = try await test.makeUser("u\(number)@example.com") }
        try await HashSurvey.run(test.directory.store, test.directory.hasher)
        await fail(test, "dear@example.com")
        #expect(test.clock.waits.isEmpty, "all hashes are alike")

        let password = StoredPassword(
            hash: PasswordHash("dear$1"),
            isTemporary: false,
            changedAt: test.clock.now()
        )
        try await test.directory.store.write { transaction throws(MusterError) in
            try transaction.replacePassword(of: dear.id, with: password)
        }
        try await HashSurvey.run(test.directory.store, test.directory.hasher)
        for name in ["dear@example.com", "u1@example.com", "nobody@example.com"] {
            await fail(test, name)
        }
        #expect(test.clock.waits == Array(repeating: .milliseconds(600), count: 3))
        _ = try await test.logIn("u1@example.com")
        let opens = try await LocalLoginService(test.directory).opens(
            LoginRequest(username: "u1@example.com", password: Self.wrong),
            from: "192.0.2.9",
            requestID: TestDirectory.requestID
        )
        #expect(!opens)
        #expect(
            test.clock.waits.count == 4,
            "sshd and PAM, too, and the right password does not wait"
        )

        try await test.directory.store.write { transaction throws(MusterError) in
            try transaction.deleteUser(dear.id)
        }
        try await HashSurvey.run(test.directory.store, test.directory.hasher)
        await fail(test, "u1@example.com")
        #expect(test.clock.waits.count == 4)
    }

    /// A check takes a while on the clock, longer for a name that somebody has.
    private final class SlowHasher: WrappingHasher {
        let hasher = InstantHasher()
        let clock = Mutex<FixedClock?>(nil)

        var refusalTime: Duration { .milliseconds(20) }

        func check(
            _ password: Secret<String>,
            against hash: PasswordHash?,
            in lane: HashingLane
        ) async throws(MusterError) -> PasswordCheck {
            clock.withLock { $0 }?.advance(by: hash == nil ? .milliseconds(9) : .milliseconds(32))
            return try await hasher.check(password, against: hash, in: lane)
        }
    }

    @Test("what is done for a name that somebody has does not show, on a busy machine neither")
    func stretches() async throws {
        let hasher = SlowHasher()
        let test = try await TestDirectory(hasher: hasher)
        _ = try await test.makeUser("known@example.com")
        hasher.clock.withLock { $0 = test.clock }
        await fail(test, "known@example.com")
        await fail(test, "nobody@example.com")
        #expect(test.clock.waits == [.milliseconds(8), .milliseconds(11)])
    }

    /// A read takes three milliseconds on the clock.
    private final class SlowStore: DirectoryStore {
        let clock = Mutex<FixedClock?>(nil)
        private let inner: any DirectoryStore

        init() throws(MusterError) {
            inner = try TestStores.make()
        }

        func read<Result: Sendable>(
            _ extent: ReadExtent,
            _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
        ) async throws(MusterError) -> Result {
            clock.withLock { $0 }?.advance(by: .milliseconds(3))
            return try await inner.read(extent, body)
        }

        func write<Result: Sendable>(
            _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
        ) async throws(MusterError) -> Result {
            try await inner.write(body)
        }

        func close() async throws(MusterError) { try await inner.close() }
    }

    @Test("the time in which a name is looked up is part of what a refusal takes")
    func lookUp() async throws {
        let (store, hasher) = (try SlowStore(), SlowHasher())
        let test = try await TestDirectory(store: store, hasher: hasher)
        hasher.clock.withLock { $0 = test.clock }
        store.clock.withLock { $0 = test.clock }
        await fail(test, "nobody@example.com")
        #expect(test.clock.waits == [.milliseconds(8)], "of twenty, after three and nine")
        _ = try await LocalLoginService(test.directory).opens(
            LoginRequest(username: "nobody@example.com", password: Self.wrong),
            from: "192.0.2.9",
            requestID: TestDirectory.requestID
        )
        #expect(
            test.clock.waits.last == .milliseconds(5),
            "a machine's password is looked at for a code before"
        )
    }

    @Test(
        "in a shared network a wrong password is answered as late where the user has been as where nobody has"
    )
    func sharedNetwork() async throws {
        let shared = IPAddress("203.0.113.7")
        var waits: [[Duration]] = []
        for name in ["known@example.com", "nobody@example.com"] {
            let test = try await TestDirectory()
            _ = try await test.makeUser("known@example.com")
            _ = try await test.logIn("known@example.com", from: shared)
            for number in 1...5 {
                _ = await failure {
                    try await test.logIn(name, Self.wrong, from: IPAddress("198.51.100.\(number)"))
                }
            }
            let before = test.clock.waits.count
            for _ in 0..<3 {
                let refusal = await failure { try await test.logIn(name, Self.wrong, from: shared) }
                #expect(refusal?.code == .credentialsInvalid)
            }
            waits.append(Array(test.clock.waits.dropFirst(before)))
            guard name == "known@example.com" else { continue }
            let count = test.clock.waits.count
            _ = try await test.logIn(name, from: shared)
            #expect(test.clock.waits.count == count, "the right one is let in at once")
        }
        #expect(waits[0] == waits[1])
        #expect(waits[0] == Array(repeating: .seconds(10), count: 3))
    }
}
