public import MusterCore

/// Digests without cryptography, for tests that only need different texts to have different ones.
///
/// Four lanes of FNV-1a. Anybody can find collisions.
public struct PlainDigester: Digester {
    /// There is nothing to set.
    public init() {}

    /// 32 bytes that depend on all of `bytes`.
    public func digest(_ bytes: some Sequence<UInt8>) -> Digest {
        mixed(bytes, seed: 0)
    }

    /// 32 other bytes that depend on all of `bytes`.
    public func keyedDigest(_ bytes: some Sequence<UInt8>) -> Digest {
        mixed(bytes, seed: 0x6B65_7965_6400_0000)
    }

    private func mixed(_ bytes: some Sequence<UInt8>, seed: UInt64) -> Digest {
        let text = Array(bytes)
        var output: [UInt8] = []
        for lane in 0..<UInt64(4) {
            var hash = 0xCBF2_9CE4_8422_2325 ^ seed ^ lane
            for byte in text {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            hash ^= hash >> 32
            withUnsafeBytes(of: hash.littleEndian) { output += $0 }
        }
        return Digest(output)
    }
}
