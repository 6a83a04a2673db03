import FoundationEssentials
import MusterCore
import SystemCalls

/// A lock on a file that the operating system takes back when the process ends, however it ends (flock(2)).
///
/// SQLite's own locks, of fcntl(2), are another kind and do not see it. Those are lost when the process closes any
/// descriptor of the same file: a lock on a database has to outlive all connections to it.
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - creates: Whether to make it where it is not there.
    ///   - directory: The data directory, for complaints.
    ///   - advice: What to do where another process holds the lock, as one more sentence.
    /// - Throws: ``MusterError`` with code `store.unavailable` where the file cannot be written or another
    ///   process holds the lock.
    init(
        _ path: String,
        creates: Bool,
        holding directory: String,
        advice: String
    ) throws(MusterError) {
        let flags = O_RDWR | O_CLOEXEC | O_NONBLOCK | (creates ? O_CREAT | O_NOFOLLOW : 0)
        descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else {
            throw MusterError(
                .storeUnavailable,
                "The data directory \(directory) is not writable: \(path): "
                    + "\(String(cString: strerror(errno)))."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isOf(path) else {
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

    /// Whether the file is still the one of that name, and not one whose name another has now.
    private func isOf(_ path: String) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && stat(path, &named) == 0
            && own.st_dev == named.st_dev && own.st_ino == named.st_ino
    }
}
