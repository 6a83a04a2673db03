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
        room.begin(at: .zero)
        #expect(room.isFull(at: .seconds(9)))
        #expect(room.passOver(at: .zero) == nil)
        #expect(room.passOver(at: .zero) == nil)
        #expect(Self.end(&room) == 1)
        room.begin(at: .zero)
        for _ in 0..<64 { room.note(isWrong: false) }
        #expect(!room.isFull(at: .zero))
        #expect(Self.end(&room) == 1)
        room.begin(at: .zero)
        #expect(Self.end(&room) == 0)
    }

    @Test("a crowd's hash waits for others', and for a quarter of a second at most")
    func others() {
        var room = Self.room(threads: 2, wrong: 64)
        room.beginOther()
        #expect(!room.isFull(at: .seconds(1)), "the first does not wait")
        room.begin(at: .seconds(1))
        #expect(Self.end(&room, at: .milliseconds(1020)) == 0)
        #expect(room.isFull(at: .milliseconds(1249)))
        #expect(room.passOver(at: .milliseconds(1249)) == nil)
        #expect(!room.isFull(at: .milliseconds(1250)))
        #expect(room.endOther(at: .milliseconds(1100)) == 1, "the others' end calls for it")
        #expect(!room.isFull(at: .milliseconds(1100)))
    }

    @Test("strangers whose passwords are right wait for nobody's hash")
    func noCrowd() {
        var room = Self.room(threads: 2, wrong: 0)
        room.beginOther()
        room.begin(at: .zero)
        #expect(!room.isFull(at: .zero))
        let (took, onProcessor) = (Duration.milliseconds(200), Duration.milliseconds(20))
        _ = room.end(at: took, after: took, onProcessor: onProcessor)
        #expect(!room.isFull(at: .milliseconds(200)))
    }

    @Test("of eight threads a crowd leaves four to others, with theirs together")
    func manyThreads() {
        var room = Self.room(threads: 8, wrong: 64)
        room.begin(at: .zero)
        room.beginOther()
        room.beginOther()
        #expect(!room.isFull(at: .zero))
        room.begin(at: .zero)
        #expect(room.isFull(at: .zero))
    }

    @Test("on a busy machine a crowd rests after each hash, half a second at most")
    func rests() {
        var room = Self.room(threads: 2, wrong: 64)
        room.begin(at: .zero)
        let (took, onProcessor) = (Duration.milliseconds(40), Duration.milliseconds(20))
        _ = room.end(at: took, after: took, onProcessor: onProcessor)
        #expect(room.isFull(at: .milliseconds(199)))
        #expect(room.passOver(at: .milliseconds(199)) == .milliseconds(200))
        #expect(room.passOver(at: .milliseconds(199)) == nil, "one call is enough")
        #expect(!room.isFull(at: .milliseconds(200)))
        #expect(room.restIsOver(at: .milliseconds(200)) == 1)
        room.begin(at: .milliseconds(200))
        _ = room.end(at: .seconds(1), after: .milliseconds(800), onProcessor: .milliseconds(20))
        #expect(room.passOver(at: .seconds(1)) == .milliseconds(1500))
    }

    private static func end(_ room: inout StrangerRoom, at now: Duration = .zero) -> Int {
        room.end(at: now, after: .milliseconds(20), onProcessor: .milliseconds(20))
    }
}
