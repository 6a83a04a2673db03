import MusterCore
import Testing

@Suite("Counting refusals")
struct RefusalTallyTests {
    private func refusal(_ kind: HashingLane.Kind) -> MusterError {
        MusterError(.overloaded, "Too many.", cause: HashingRefusal(kind))
    }

    @Test("refusals are counted by whom they met, and the count begins again when it was told")
    func counts() {
        let tally = RefusalTally()
        for _ in 0..<1000 { #expect(tally.count(refusal(.strangers))) }
        #expect(tally.count(refusal(.bulk)))
        #expect(tally.count(.overloaded("The code cannot be sent.", retryAfter: 30)))
        #expect(tally.count(.overloaded("The disk is full.", retryAfter: 30)))
        let counts = tally.take()
        #expect(counts.passwords == [.strangers: 1000, .bulk: 1])
        #expect(counts.others == 2 && counts.lastMessage == "The disk is full.")
        #expect(tally.take() == RefusalTally.Counts())
    }

    @Test("any other error is not counted, and whoever went away was not refused")
    func others() {
        let tally = RefusalTally()
        #expect(!tally.count(MusterError(.serverInternal, "m")))
        #expect(!tally.count(MusterError(.storeUnavailable, "m", cause: HashingRefusal(.local))))
        #expect(tally.count(MusterError(.overloaded, "m", cause: CancellationError())))
        #expect(tally.take() == RefusalTally.Counts())
    }

    @Test("each lane is of the kind that it is for")
    func kinds() {
        let network = SourceNetwork(of: nil)
        let lanes: [HashingLane] = [
            .local(network), .caller(UserID(rawValue: 1)), .familiar(network), .stranger(network),
            .bulk,
        ]
        #expect(lanes.map(\.kind) == HashingLane.Kind.allCases)
    }
}
