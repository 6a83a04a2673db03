import Foundation
import MusterCore

/// A lock that the operating system takes back when the process ends, however it ends (flock(2)).
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where the file cannot be written or another
    ///   process holds the lock.
    init(_ path: String, holding directory: String, advice: String) throws(MusterError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw MusterError(
                .storeUnavailable,
                "The data directory \(directory) is not writable: \(String(cString: strerror(errno)))."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw MusterError(
                .storeUnavailable,
                "The data directory \(directory) is in use by another process.\(advice)"
            )
        }
    }

    deinit {
        close(descriptor)
    }
}
