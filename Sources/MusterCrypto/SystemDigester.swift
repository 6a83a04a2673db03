import Crypto
public import MusterCore

/// SHA-256, and HMAC-SHA-256 under a key derived from the master key.
public struct SystemDigester: Digester {
    /// What has taken the key, and nothing else yet: the key's two blocks are not hashed again for each digest.
    private let begun: HMAC<SHA256>

    /// Derives the key.
    public init(_ master: MasterKey) {
        begun = HMAC<SHA256>(key: SymmetricKey(data: master.derived(2, count: 32)))
    }

    /// SHA-256 (FIPS 180-4).
    public func digest(_ bytes: some Sequence<UInt8>) -> MusterCore.Digest {
        let known = bytes.withContiguousStorageIfAvailable { bytes in
            var hash = SHA256()
            hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            return hash.finalize()
        }
        let digest = known ?? SHA256.hash(data: Array(bytes))
        return MusterCore.Digest(digest.withUnsafeBytes { [UInt8]($0) })
    }

    /// HMAC-SHA-256 (RFC 2104) under the server's own key.
    public func keyedDigest(_ bytes: some Sequence<UInt8>) -> MusterCore.Digest {
        var code = begun
        let isTaken: Void? = bytes.withContiguousStorageIfAvailable {
            code.update(data: UnsafeRawBufferPointer($0))
        }
        if isTaken == nil { code.update(data: Array(bytes)) }
        return MusterCore.Digest(code.finalize().withUnsafeBytes { [UInt8]($0) })
    }
}
