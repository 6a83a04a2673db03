import MusterCore
import MusterTesting
import Testing

@testable import MusterCrypto

@Suite("Sealed values")
struct SealerTests {
    private let sealer = SodiumSealer(MasterKey(bytes: Array(0..<32)))

    @Test(
        "what was sealed comes back",
        arguments: ["", "+4915112345678", String(repeating: "x", count: 10_000)]
    )
    func roundTrip(_ text: String) throws {
        let box = sealer.seal(Array(text.utf8), context: "phone of user 2")
        #expect(try sealer.open(box, context: "phone of user 2") == Array(text.utf8))
        // 24 bytes of nonce and 16 of tag (XChaCha20-Poly1305).
        #expect(box.count == text.utf8.count + 40)
    }

    @Test("the same text is never sealed to the same box")
    func nonces() {
        let boxes = (0..<100).map { _ in sealer.seal([1, 2, 3], context: "c") }
        #expect(Set(boxes).count == 100)
        #expect(Set(boxes.map { Array($0.prefix(24)) }).count == 100)
    }

    @Test("another context opens nothing", arguments: ["", "phone of user 3", "phone of user 2 "])
    func wrongContext(_ context: String) async {
        let box = sealer.seal(Array("+12".utf8), context: "phone of user 2")
        let refusal = await failure { try sealer.open(box, context: context) }
        #expect(refusal?.code == .storeUnavailable)
    }

    @Test("another master key opens nothing")
    func wrongKey() async {
        let box = sealer.seal(Array("+12".utf8), context: "c")
        let other = SodiumSealer(MasterKey(bytes: Array(1...32)))
        let refusal = await failure { try other.open(box, context: "c") }
        #expect(refusal?.code == .storeUnavailable)
    }

    @Test("a box with one byte altered opens nothing")
    func alteredBytes() async {
        let box = sealer.seal(Array("+4915112345678".utf8), context: "c")
        for index in box.indices {
            var altered = box
            altered[index] ^= 1
            let refusal = await failure { [altered] in try sealer.open(altered, context: "c") }
            #expect(refusal?.code == .storeUnavailable, "byte \(index)")
        }
    }

    @Test("a box cut short or made longer opens nothing")
    func alteredLength() async {
        let box = sealer.seal(Array("+12".utf8), context: "c")
        let others = (0..<box.count).map { Array(box.prefix($0)) } + [box + [0]]
        for other in others {
            let refusal = await failure { try sealer.open(other, context: "c") }
            #expect(refusal?.code == .storeUnavailable, "\(other.count) bytes")
        }
    }

    @Test("a refusal shows nothing of what is sealed")
    func refusalIsSilent() async {
        let box = sealer.seal(Array("+4915112345678".utf8), context: "c")
        let refusal = await failure { try sealer.open(box, context: "d") }
        #expect(refusal?.message.contains("49151") == false)
    }
}
