import CSodium
import FoundationEssentials
public import MusterCore
import SystemCalls

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

    /// The most bytes of a key file that are looked at; a key's text has 45.
    private static let maximumBytes = 1024

    /// Reads a key file.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing` where the file is not there or no key, and
    ///   `store.unavailable` where this user may not read it.
    public init(contentsOf path: String) throws(MusterError) {
        if access(path, F_OK) == 0, access(path, R_OK) != 0 {
            throw MusterError(
                .storeUnavailable,
                "\(path) cannot be read: \(String(cString: strerror(errno)))."
            )
        }
        guard let data = MasterKey.start(of: path),
            let key = Data(base64Encoded: data.trimmingFinalNewline),
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

    /// The first bytes of a file; nil if it cannot be read.
    private static func start(of path: String) -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return (try? Descriptor.read(descriptor, upTo: maximumBytes)).map { Data($0) }
    }

    /// Writes the key to a new file that only its owner may read, from the moment it is there, and brings it to disk.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, also where the name is taken.
    public func write(to path: String) throws(MusterError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw MusterError(.storeUnavailable, "\(path) cannot be written.")
        }
        defer { close(descriptor) }
        do {
            try write(to: descriptor)
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Writes the key to a file that is open, empty and its owner's alone, and brings it to disk.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func write(to descriptor: Int32) throws(MusterError) {
        let text = Array((Data(bytes).base64EncodedString() + "\n").utf8)
        guard (try? Descriptor.write(text, to: descriptor)) != nil else {
            throw MasterKey.unwritable
        }
        guard fsync(descriptor) == 0 else { throw MasterKey.unwritable }
    }

    private static var unwritable: MusterError {
        let reason = String(cString: strerror(errno))
        return MusterError(.storeUnavailable, "The master key cannot be written: \(reason).")
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
