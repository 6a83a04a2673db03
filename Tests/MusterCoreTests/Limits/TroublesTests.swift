import MusterCore
import MusterTesting
import Testing

@Suite("Telling of reached limits")
struct TroublesTests {
    private let clock = FixedClock()
    private let troubles = Troubles()

    private func due(isLast: Bool = false) -> [String] {
        troubles.due(at: clock.now(), isLast: isLast).map { "\($0.trouble.rawValue) \($0.count)" }
    }

    @Test("a limit is told once, and a minute later how often it was met since")
    func once() {
        #expect(due().isEmpty)
        troubles.note(.connections)
        #expect(due() == ["connections 1"])
        for _ in 0..<1000 { troubles.note(.connections) }
        #expect(due().isEmpty)
        clock.advance(by: .seconds(59))
        #expect(due().isEmpty)
        clock.advance(by: .seconds(1))
        #expect(due() == ["connections 1000"])
        clock.advance(by: .seconds(60))
        #expect(due().isEmpty)
    }

    @Test("one limit does not keep another one from being told, and the end tells all that is left")
    func apart() {
        troubles.note(.disk)
        #expect(due() == ["disk 1"])
        troubles.note(.disk)
        troubles.note(.imports)
        #expect(due() == ["imports 1"])
        #expect(due(isLast: true) == ["disk 1"])
    }

    @Test("what was met is kept with its number and the time at which it was seen last")
    func record() {
        troubles.note(.damage)
        #expect(troubles.all.map(\.lastAt) == [nil])
        _ = due()
        clock.advance(by: .seconds(5))
        troubles.note(.damage)
        _ = due()
        #expect(troubles.all.map(\.count) == [2] && troubles.count(of: .damage) == 2)
        #expect(troubles.all.map(\.lastAt) == [clock.now()])
    }

    @Test(
        "an error that names a limit as its cause is counted as that limit, and as no other refusal"
    )
    func cause() {
        let tally = RefusalTally()
        #expect(tally.count(.overloaded("Full.", retryAfter: 1, for: .imports)))
        #expect(tally.count(MusterError(.rateLimited, "Slow.", cause: Trouble.requestRate)))
        #expect(tally.count(MusterError(.overloaded, "x", cause: HashingRefusal(.strangers))))
        #expect(!tally.count(MusterError(.rateLimited, "Wait.")))
        #expect(tally.take().others == 0)
        #expect(tally.troubles.all.map(\.trouble) == [.hashingQueue, .imports, .requestRate])
    }

    @Test("every limit says what happened and what to do", arguments: Trouble.allCases)
    func advice(_ trouble: Trouble) {
        #expect(trouble.advice.hasSuffix(".") && trouble.advice.contains(". "))
    }
}
