import Testing

@testable import MusterCore

@Suite("Lists of numbers")
struct SlotListsTests {
    @Test("numbers leave a list at its ends and in its middle, and join another")
    func moves() {
        var lists = SlotLists()
        var first = SlotLists.List()
        var second = SlotLists.List()
        for slot in [3, 0, 2, 1] { lists.append(slot, to: &first) }
        lists.remove(0, from: &first)
        lists.append(0, to: &second)
        lists.remove(3, from: &first)
        lists.remove(1, from: &first)
        #expect(first.first == 2 && first.last == 2)
        lists.remove(2, from: &first)
        #expect(first.isEmpty && first.last == nil)
        lists.append(2, to: &second)
        #expect(second.first == 0 && second.last == 2)
    }

    @Test("numbers given back are given out again before new ones")
    func numbers() {
        var numbers = SlotNumbers()
        #expect([numbers.take(), numbers.take(), numbers.take()] == [0, 1, 2])
        numbers.giveBack(1)
        #expect([numbers.take(), numbers.take()] == [1, 3])
    }
}
