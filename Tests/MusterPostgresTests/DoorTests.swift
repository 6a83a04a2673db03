import Testing

@testable import MusterPostgres

@Suite("An engine that lets nobody in is knocked at by one thread of a node at a time")
struct DoorTests {
    private let late = PostgresError(.connection, "timeout expired")

    /// Knocks, and returns what was refused; nil if somebody was let in.
    private func knock(
        _ door: PostgresDoor,
        _ open: () throws -> Void = {}
    ) -> PostgresError? {
        do {
            try door.pass(open)
            return nil
        } catch {
            return error as? PostgresError
        }
    }

    @Test(
        "while one tries after another has waited in vain, the others fail at once with what that one was told"
    )
    func oneAtATime() {
        let door = PostgresDoor(patience: .zero)
        #expect(knock(door) { throw late } != nil)
        var (knocks, other): (Int, PostgresError?) = (0, nil)
        let refusal = knock(door) {
            knocks += 1
            other = knock(door) { knocks += 1 }
            throw late
        }
        #expect(refusal != nil)
        #expect(other?.message == late.message)
        #expect(knocks == 1)
    }

    @Test("once somebody was let in, all may come at once")
    func open() {
        let door = PostgresDoor(patience: .zero)
        #expect(knock(door) { throw late } != nil)
        #expect(knock(door) == nil)
        var other: PostgresError? = late
        #expect(knock(door) { other = knock(door) } == nil)
        #expect(other == nil)
    }

    @Test("all may come at once where an engine refuses at once, as one that does not run")
    func refused() {
        let door = PostgresDoor(patience: .seconds(3600))
        #expect(knock(door) { throw late } != nil)
        var other: PostgresError? = late
        #expect(knock(door) { other = knock(door) } == nil)
        #expect(other == nil)
    }

    @Test("who came before the engine hung does not take the place of the one who tries since")
    func overtaken() {
        let door = PostgresDoor(patience: .zero)
        // Both have come while the door was open, and wait in vain.
        let refusal = knock(door) {
            _ = knock(door) { throw late }
            throw late
        }
        #expect(refusal != nil)
        var other: PostgresError?
        #expect(
            knock(door) {
                other = knock(door)
                throw late
            } != nil
        )
        #expect(other?.message == late.message)
    }
}
