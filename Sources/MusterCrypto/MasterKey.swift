import CSodium
import Foundation
public import MusterCore

/// The server's own key: 256 random bits in a file of mode 0600 beside the database.
///
/// Two keys are derived from it, one for sealing and one for keyed digests, so that neither use can
/// weaken the other.
public struct MasterKey: Sendable {
    private let bytes: [UInt8]

    /// Wraps 32 bytes.
    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Makes a new key.
    public static func random() -> MasterKey {
        MasterKey(bytes: SystemRandom().bytes(Int(crypto_kdf_KEYBYTES)))
    }

    /// Reads a key file.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing` where the file is not there or no key.
    public init(contentsOf path: String) throws(MusterError) {
        let data = FileManager.default.contents(atPath: path)
        guard let data, let key = Data(base64Encoded: data.trimmingFinalNewline),
            key.count == Int(crypto_kdf_KEYBYTES)
        else {
            throw MusterError(
                .directoryMissing,
                "\(path) is not there or holds no master key. Put your copy of it back: without it "
                    + "phone numbers cannot be read."
            )
        }
        bytes = [UInt8](key)
    }

    /// Writes the key to a new file that only its owner may read.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func write(to path: String) throws(MusterError) {
        let text = Data((Data(bytes).base64EncodedString() + "\n").utf8)
        let isWritten = FileManager.default.createFile(
            atPath: path,
            contents: text,
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten else {
            throw MusterError(.storeUnavailable, "\(path) cannot be written.")
        }
    }

    /// A key for one purpose (libsodium's BLAKE2b key derivation).
    func derived(_ purpose: UInt64, count: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: count)
        _ = crypto_kdf_derive_from_key(&output, count, purpose, "mustrkey", bytes)
        return output
    }
}

extension Data {
    fileprivate var trimmingFinalNewline: Data {
        last == UInt8(ascii: "\n") ? dropLast() : self
    }
}
