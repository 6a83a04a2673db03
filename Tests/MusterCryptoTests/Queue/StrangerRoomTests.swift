import Testing

@testable import MusterCrypto

@Suite("How many strangers' passwords are checked at a time")
struct StrangerRoomTests {
    private static func room(threads: Int, wrong: Int) -> StrangerRoom {
        var room = StrangerRoom(threads: threads)
        for _ in 0..<64 - wrong { room.note(isWrong: false) }
        for _ in 0..<wrong { room.note(isWrong: true) }
        return room
    }

    @Test(
        "where three of four are wrong they get half of the threads, and one at least",
        arguments: [
            (1, 0, 1), (1, 64, 1), (2, 0, 2), (2, 47, 2), (2, 48, 1), (3, 64, 1), (8, 47, 8),
            (8, 64, 4),
        ]
    )
    func limit(threads: Int, wrong: Int, expected: Int) {
        #expect(Self.room(threads: threads, wrong: wrong).limit == expected)
    }

    @Test("right ones end it")
    func rightOnes() {
        var room = Self.room(threads: 4, wrong: 64)
        for _ in 0..<16 { room.note(isWrong: false) }
        #expect(room.limit == 2)
        room.note(isWrong: false)
        #expect(room.limit == 4)
    }

    @Test("threads that were called in vain are called again when one is done")
    func calledAgain() {
        var room = Self.room(threads: 2, wrong: 64)
        room.begin()
        #expect(room.isFull)
        room.passOver()
        room.passOver()
        #expect(room.end() == 1)
        room.begin()
        for _ in 0..<64 { room.note(isWrong: false) }
        #expect(!room.isFull)
        #expect(room.end() == 1)
        room.begin()
        #expect(room.end() == 0)
    }
}
