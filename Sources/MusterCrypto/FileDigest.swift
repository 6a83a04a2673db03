import Crypto
import Foundation
public import MusterCore

/// The digest of a file that does not fit into memory.
public enum FileDigest {
    /// Bytes that are read at a time.
    private static let pieceSize = 1_048_576

    /// SHA-256 (FIPS 180-4) of a file's first bytes.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where it has fewer, or cannot be read.
    public static func sha256(
        _ path: String,
        first count: Int64
    ) throws(MusterError) -> MusterCore.Digest {
        let failure = MusterError(.storeUnavailable, "\(path) cannot be read to its end.")
        guard let file = FileHandle(forReadingAtPath: path) else { throw failure }
        defer { try? file.close() }
        var hash = SHA256()
        var rest = count
        while rest > 0 {
            let piece = try? file.read(upToCount: Int(min(rest, Int64(pieceSize))))
            guard let piece, !piece.isEmpty else { throw failure }
            hash.update(data: piece)
            rest -= Int64(piece.count)
        }
        return MusterCore.Digest(hash.finalize().withUnsafeBytes { [UInt8]($0) })
    }
}
