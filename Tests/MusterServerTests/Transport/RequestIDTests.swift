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

    @Test("nobody can count requests by them: two in a row have nothing in common")
    func uncountable() throws {
        let ids = RequestIDs(random: SeededRandom())
        let bytes = try (0..<200).map { _ in try #require(Hex.bytes(ids.next())) }
        for (first, second) in zip(bytes, bytes.dropFirst()) {
            let same = zip(first, second).count { $0 == $1 }
            #expect(same < 8, "half of them would be a prefix or a counter")
        }
    }
}
