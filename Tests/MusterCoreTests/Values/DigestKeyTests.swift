import MusterCore
import Testing

@Suite("Digests as keys of a table")
struct DigestKeyTests {
    private let bytes = (0..<UInt8(Digest.byteCount)).map { $0 &* 7 }

    @Test("a key gives its digest back, and finds what was kept under the same one")
    func roundTrip() {
        let key = DigestKey(Digest(bytes))
        #expect(key.digest.bytes == bytes)
        #expect([key: "here"][DigestKey(Digest(bytes))] == "here")
    }

    @Test("keys of digests that differ in one bit are different, wherever that is")
    func differences() {
        let key = DigestKey(Digest(bytes))
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 0x80
            #expect(DigestKey(Digest(other)) != key, "byte \(place)")
        }
    }
}
