import MusterCore
import Testing

@testable import MusterCrypto

@Suite("Digests")
struct DigestTests {
    private let digester = SystemDigester(MasterKey(bytes: Array(0..<32)))

    @Test(
        "SHA-256 gives the known answers of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ]
    )
    func knownAnswers(_ text: String, _ digest: String) {
        #expect(Hex.text(digester.digest(text.utf8).bytes) == digest)
    }

    @Test("the keyed digest is HMAC-SHA-256 under a key derived from the master key")
    func keyedDigest() {
        let key = MasterKey(bytes: Array(0..<32)).derived(2, count: 32)
        // RFC 2104: H(K xor opad, H(K xor ipad, text)), the key padded to a block of 64 bytes.
        let padded = key + [UInt8](repeating: 0, count: 32)
        let inner = digester.digest(padded.map { $0 ^ 0x36 } + Array("7:123456".utf8))
        let outer = digester.digest(padded.map { $0 ^ 0x5C } + inner.bytes)
        #expect(digester.keyedDigest("7:123456".utf8).matches(outer))
    }

    @Test("another master key gives other keyed digests and the same plain ones")
    func otherKey() {
        let other = SystemDigester(MasterKey(bytes: Array(1...32)))
        #expect(other.digest("a".utf8).matches(digester.digest("a".utf8)))
        #expect(!other.keyedDigest("a".utf8).matches(digester.keyedDigest("a".utf8)))
        #expect(!digester.keyedDigest("a".utf8).matches(digester.digest("a".utf8)))
    }

    @Test("random bytes are as many as asked for and differ")
    func random() {
        let random = SystemRandom()
        for count in [0, 1, 16, 32, 1000] {
            #expect(random.bytes(count).count == count)
        }
        #expect(random.bytes(32) != random.bytes(32))
    }
}
