import Testing

@testable import MusterCore

@Suite("What is remembered of the last keys")
struct RecentTableTests {
    @Test("there are never more than there may be, and half of them are the last ones")
    func bounds() {
        var table = RecentTable<Int, Int>(limit: 100)
        for number in 0..<1000 {
            table[number] = -number
            #expect(table.count <= 100)
            for former in max(0, number - 49)...number { #expect(table[former] == -former) }
        }
        #expect(table[0] == nil)
    }

    @Test("what is written again counts as new, once")
    func renewal() {
        var table = RecentTable<Int, Int>(limit: 100)
        for number in 0..<1000 {
            table[-1] = (table[-1] ?? 0) + 1
            table[number] = number
        }
        #expect(table[-1] == 1000)
        var few = RecentTable<Int, Int>(limit: 100)
        for number in 0..<60 { few[number] = number }
        few[0] = 7
        #expect(few.count == 60 && few[0] == 7)
    }

    @Test("what is taken out is gone, wherever it was")
    func removal() {
        var table = RecentTable<Int, Int>(limit: 100)
        for number in 0..<80 { table[number] = number }
        table[0] = nil
        table[79] = nil
        table[1000] = nil
        #expect(table.count == 78 && table[0] == nil && table[79] == nil)
    }
}
