import Testing

@testable import ActiveLogicClient

@Suite("The revision on which a strict handle stands")
struct StrictViewTests {
    @Test(
        "a change counts one, whatever a server says",
        arguments: [
            (5, 6, 6), (5, 9, 6), (5, 5, 5), (5, 4, 4), (Int64.max, Int64.max, Int64.max),
            (Int64.max, Int64.min, Int64.min), (Int64.min, Int64.max, Int64.min + 1),
        ] as [(Int64, Int64, Int64)]
    )
    func advance(_ present: Int64, _ told: Int64, _ expected: Int64) throws {
        let view = StrictView()
        try view.admit(present)
        view.advance(to: told)
        #expect(try view.expectedRevision() == expected)
    }
}
