import Testing

@testable import MusterPostgres

@Suite("An engine that lets nobody in is knocked at by one thread of a node at a time")
struct GateTests {
    private let late = PostgresError(.connection, "timeout expired")

    /// Knocks, and returns what was refused; nil if somebody was let in.
    private func knock(
        _ gate: PostgresGate,
        _ open: () throws -> Void = {}
    ) -> PostgresError? {
        do {
            try gate.pass(open)
            return nil
        } catch {
            return error as? PostgresError
        }
    }

    @Test(
        "while one tries after another has waited in vain, the others fail at once with what that one was told"
    )
    func oneAtATime() {
        let gate = PostgresGate(patience: .zero)
        #expect(knock(gate) { throw late } != nil)
        var (knocks, other): (Int, PostgresError?) = (0, nil)
        let refusal = knock(gate) {
            knocks += 1
            other = knock(gate) { knocks += 1 }
            throw late
        }
        #expect(refusal != nil)
        #expect(other?.message == late.message)
        #expect(knocks == 1)
    }

    @Test("once somebody was let in, all may come at once")
    func open() {
        let gate = PostgresGate(patience: .zero)
        #expect(knock(gate) { throw late } != nil)
        #expect(knock(gate) == nil)
        var other: PostgresError? = late
        #expect(knock(gate) { other = knock(gate) } == nil)
        #expect(other == nil)
    }

    @Test("all may come at once where an engine refuses at once, as one that does not run")
    func refused() {
        let gate = PostgresGate(patience: .seconds(3600))
        #expect(knock(gate) { throw late } != nil)
        var other: PostgresError? = late
        #expect(knock(gate) { other = knock(gate) } == nil)
        #expect(other == nil)
    }

    @Test("who came before the engine hung does not take the place of the one who tries since")
    func overtaken() {
        let gate = PostgresGate(patience: .zero)
        // Both have come while the gate was open, and wait in vain.
        let refusal = knock(gate) {
            _ = knock(gate) { throw late }
            throw late
        }
        #expect(refusal != nil)
        var other: PostgresError?
        #expect(
            knock(gate) {
                other = knock(gate)
                throw late
            } != nil
        )
        #expect(other?.message == late.message)
    }
}
