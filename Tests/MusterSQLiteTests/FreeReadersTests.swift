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
        #expect(free.take(or: first) == 1)
        #expect(free.take(or: first) == nil && free.take(or: second) == nil)
        #expect(free.giveBack(1) === first)
        #expect(free.giveBack(2) === second)
        #expect(free.giveBack(3) == nil)
        #expect(free.idle == [1, 2, 3])
    }

    @Test("whoever is told in the moment in which it gives up takes what it was told of")
    func late() {
        var free = FreeReaders<Int>([])
        #expect(free.take(or: first) == nil && free.take(or: second) == nil)
        #expect(free.giveBack(1) === first)
        // The other one is told of nothing: it would wait beside a reader that is free.
        #expect(free.giveUp(first) == 1)
        #expect(free.giveBack(1) === second)
    }

    @Test("whoever gives up is told of nothing more, and keeps no reader from others")
    func gone() {
        var free = FreeReaders<Int>([])
        #expect(free.take(or: first) == nil && free.take(or: second) == nil)
        #expect(free.giveUp(first) == nil)
        #expect(free.next() === second)
        #expect(free.next() == nil)
        #expect(free.giveBack(1) == nil)
        #expect(free.take() == 1)
    }
}
