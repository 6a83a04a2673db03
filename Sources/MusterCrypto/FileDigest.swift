import Crypto
import FoundationEssentials
public import MusterCore
import SystemCalls

/// The digest of a file that does not fit into memory.
public enum FileDigest {
    /// Bytes that are read at a time.
    private static let pieceSize = 1_048_576

    /// SHA-256 (FIPS 180-4) of a file's first bytes.
    ///
    /// - Parameters:
    ///   - descriptor: The file, open to be read; what is read of it next begins elsewhere afterwards.
    ///   - name: What messages call it.
    ///   - count: How many bytes.
    /// - Returns: The digest.
    /// - Throws: ``MusterError`` with code `store.unavailable` where it has fewer, or cannot be read.
    public static func sha256(
        _ descriptor: Int32,
        name: String,
        first count: Int64
    ) throws(MusterError) -> MusterCore.Digest {
        let failure = MusterError(.storeUnavailable, "\(name) cannot be read to its end.")
        guard (try? Descriptor.seek(descriptor, to: 0)) != nil else { throw failure }
        var hash = SHA256()
        var rest = count
        while rest > 0 {
            let piece = try? Descriptor.read(descriptor, upTo: Int(min(rest, Int64(pieceSize))))
            guard let piece, !piece.isEmpty else { throw failure }
            hash.update(data: piece)
            rest -= Int64(piece.count)
        }
        return MusterCore.Digest(hash.finalize().withUnsafeBytes { [UInt8]($0) })
    }
}
