import Dispatch
import Testing

@testable import MusterSQLite

@Suite("Readers that are free, and who waits for one")
struct FreeReadersTests {
    private let first = DispatchSemaphore(value: 0)
    private let second = DispatchSemaphore(value: 0)

    @Test("whoever waits first is told first, and is told once")
    func order() {
        var free = FreeReaders([1])
        #expect(free.take(by: 1, or: first) == 1)
        #expect(free.take(by: 1, or: first) == nil && free.take(by: 1, or: second) == nil)
        #expect(free.giveBack(1, by: 1) === first)
        #expect(free.giveBack(2, by: 1) === second)
        #expect(free.giveBack(3, by: 1) == nil)
        #expect(free.idle == [1, 2, 3])
    }

    @Test("a thread gets the reader that it had, and otherwise the one given back first")
    func threads() {
        var free = FreeReaders(["a", "b", "c"])
        #expect(free.take(by: 1) == "a")
        #expect(free.take(by: 2) == "b")
        _ = free.giveBack("a", by: 1)
        _ = free.giveBack("b", by: 2)
        #expect(free.take(by: 1) == "a", "what was given back last is another thread's")
        #expect(free.take(by: 1) == "c", "nobody has had it")
        _ = free.giveBack("a", by: 1)
        #expect(free.take(by: 3) == "b")
        #expect(free.take(by: 3) == "a", "also another thread's, if no other is free")
        #expect(free.take(by: 3) == nil)
        _ = free.giveBack("c", by: 1)
        #expect(free.giveUp(first) == "c")
        #expect(free.idle.isEmpty)
        _ = free.giveBack("c", by: 3)
        free.removeAll()
        #expect(free.take(by: 3) == nil)
    }

    @Test("whoever is told in the moment in which it gives up takes what it was told of")
    func late() {
        var free = FreeReaders<Int>([])
        #expect(free.take(by: 1, or: first) == nil && free.take(by: 1, or: second) == nil)
        #expect(free.giveBack(1, by: 1) === first)
        // The other one is told of nothing: it would wait beside a reader that is free.
        #expect(free.giveUp(first) == 1)
        #expect(free.giveBack(1, by: 1) === second)
    }

    @Test("whoever gives up is told of nothing more, and keeps no reader from others")
    func gone() {
        var free = FreeReaders<Int>([])
        #expect(free.take(by: 1, or: first) == nil && free.take(by: 1, or: second) == nil)
        #expect(free.giveUp(first) == nil)
        #expect(free.next() === second)
        #expect(free.next() == nil)
        #expect(free.giveBack(1, by: 1) == nil)
        #expect(free.take(by: 1) == 1)
    }
}
