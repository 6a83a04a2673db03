import FoundationEssentials
import MusterTesting
import Testing

@testable import MusterCore

@Suite("New users' UUIDs lie beside each other, and nobody can guess them")
struct UUIDRunTests {
    @Test("some hundred begin alike, the next ones otherwise, and none is there twice")
    func runs() {
        let (run, random) = (UUIDRun(), SeededRandom())
        let uuids = (0..<3 * UUIDRun.length).map { _ in run.next(from: random) }
        #expect(Set(uuids).count == uuids.count)
        #expect(uuids.allSatisfy { $0.bytes[6] >> 4 == 4 && $0.bytes[8] >> 6 == 2 })
        let beginnings = uuids.map { Array($0.bytes.prefix(UUID.beginningBytes)) }
        for start in stride(from: 0, to: uuids.count, by: UUIDRun.length) {
            #expect(Set(beginnings[start..<start + UUIDRun.length]).count == 1)
        }
        #expect(Set(beginnings).count == 3)
        // What no run decides about is drawn for each.
        #expect(Set(uuids.map { Array($0.bytes.suffix(7)) }).count == uuids.count)
    }

    @Test("those of an import begin alike and are in order", arguments: [0, 1, 2, 5000])
    func imports(count: Int) {
        let uuids = UUID.inOrder(count, from: SeededRandom())
        #expect(Set(uuids).count == count)
        #expect(uuids.allSatisfy { $0.bytes[6] >> 4 == 4 && $0.bytes[8] >> 6 == 2 })
        #expect(Set(uuids.map { Array($0.bytes.prefix(UUID.beginningBytes)) }).count <= 1)
        #expect(zip(uuids, uuids.dropFirst()).allSatisfy { $0.text < $1.text })
    }
}
