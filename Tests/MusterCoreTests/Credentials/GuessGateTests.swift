import MusterTesting
import Testing

@testable import MusterCore

@Suite("Passwords are tried only as many at a time as may still fail")
struct GuessGateTests {
    private let gate = GuessGate()
    private let key = GuessGate.Key(name: NameHash("jane@example.com"), source: .anywhere)

    /// Whether somebody more is let in at once.
    private func hasRoom() async -> Bool {
        let task = Task.immediate { [gate, key] in
            await failure { try await gate.enter(key) }
        }
        task.cancel()
        return await task.value == nil
    }

    @Test("one, until it is known how many; then as many as that")
    func room() async throws {
        try await gate.enter(key)
        #expect(await !hasRoom())
        gate.allow(2, at: key)
        #expect(await hasRoom())
        #expect(await !hasRoom())
    }

    @Test("who looked before somebody else's failure counted lets in no more than may fail")
    func late() async throws {
        try await gate.enter(key)
        gate.allow(2, at: key)
        try await gate.enter(key)
        // The second has seen two tries left, and says so after the first has used one up.
        gate.noteFailure(key)
        gate.leave(key)
        gate.allow(2, at: key)
        #expect(await !hasRoom())
        gate.leave(key)
        #expect(await hasRoom(), "nobody is inside")
    }
}
