import MusterTesting
import Testing

@testable import MusterCore

@Suite("Passwords are tried only as many at a time as may still fail")
struct GuessGateTests {
    private let gate = GuessGate()
    private let key = GuessGate.Key(name: NameHash("jane@example.com"), source: .anywhere)
    private let lane = GuessGateTests.strangers("203.0.113.7")

    private static func strangers(_ address: String) -> HashingLane {
        .stranger(SourceNetwork(of: IPAddress(address)))
    }

    /// Whether somebody more is let in at once.
    private func hasRoom() async -> Bool {
        let task = Task.immediate { [gate, key, lane] in
            await failure { try await gate.enter(key, in: lane) }
        }
        task.cancel()
        return await task.value == nil
    }

    @Test("one, until it is known how many; then as many as that")
    func room() async throws {
        try await gate.enter(key, in: lane)
        #expect(await !hasRoom())
        gate.allow(2, at: key)
        #expect(await hasRoom())
        #expect(await !hasRoom())
    }

    @Test("who looked before somebody else's failure counted lets in no more than may fail")
    func late() async throws {
        try await gate.enter(key, in: lane)
        gate.allow(2, at: key)
        try await gate.enter(key, in: lane)
        // The second has seen two tries left, and says so after the first has used one up.
        gate.noteFailure(key)
        gate.leave(key)
        gate.allow(2, at: key)
        #expect(await !hasRoom())
        gate.leave(key)
        #expect(await hasRoom(), "nobody is inside")
    }

    /// Four places to wait, all of them taken by one network, each at another name.
    private func full() async throws -> (gate: GuessGate, waiters: [Task<MusterError?, Never>]) {
        let gate = GuessGate(waitingTogether: 4)
        var waiters: [Task<MusterError?, Never>] = []
        for number in 1...4 { waiters.append(try await wait(at: "\(number)", in: lane, of: gate)) }
        #expect(gate.waiting == 4)
        return (gate, waiters)
    }

    /// Has one try the password of a name, and another wait for it.
    private func wait(
        at name: String,
        in lane: HashingLane,
        of gate: GuessGate
    ) async throws -> Task<MusterError?, Never> {
        let key = GuessGate.Key(name: NameHash(name), source: .anywhere)
        try await gate.enter(key, in: lane)
        return Task.immediate { await failure { try await gate.enter(key, in: lane) } }
    }

    @Test(
        "who has to wait gets the place of a crowd that holds all of them, at whatever names it waits",
        arguments: [
            HashingLane.local(SourceNetwork(of: nil)), .caller(UserID(rawValue: 7)),
            GuessGateTests.strangers("198.51.100.7"),
        ]
    )
    func shares(_ lane: HashingLane) async throws {
        let (gate, crowd) = try await full()
        let waiter = try await wait(at: "jane@example.com", in: lane, of: gate)
        #expect(await crowd[3].value?.code == .overloaded)
        #expect(gate.waiting == 4)
        gate.leave(GuessGate.Key(name: NameHash("jane@example.com"), source: .anywhere))
        #expect(await waiter.value == nil)
        #expect(gate.waiting == 3)
    }

    @Test("one more of the crowd is refused, and of those who go the places are free")
    func more() async throws {
        let (gate, crowd) = try await full()
        let waiter = try await wait(at: "5", in: lane, of: gate)
        #expect(await waiter.value?.cause as? Trouble == .logins)
        for task in crowd { task.cancel() }
        for task in crowd { #expect(await task.value != nil) }
        #expect(gate.waiting == 0)
    }
}
