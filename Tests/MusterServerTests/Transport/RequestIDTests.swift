import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Numbers of requests")
struct RequestIDTests {
    @Test("each is 32 hexadecimal digits, and none is given twice")
    func unique() async {
        let ids = RequestIDs(random: SeededRandom())
        let texts = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 { group.addTask { (0..<1000).map { _ in ids.next() } } }
            return await group.reduce(into: [String]()) { $0 += $1 }
        }
        #expect(Set(texts).count == 8000)
        #expect(texts.allSatisfy { Hex.isHex($0, count: 32) && $0 == $0.lowercased() })
    }

    @Test("another run of the server has others")
    func restart() {
        let random = SeededRandom()
        let (first, second) = (RequestIDs(random: random), RequestIDs(random: random))
        #expect(first.next().prefix(16) != second.next().prefix(16))
    }
}
