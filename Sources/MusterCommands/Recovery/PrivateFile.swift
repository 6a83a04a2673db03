import FoundationEssentials
import SystemCalls

/// New files that nobody but their owner may read, from the moment they are there.
enum PrivateFile {
    /// Makes a new, empty file and opens it to read and write.
    ///
    /// - Returns: The descriptor; nil, with the system's error, where the name is taken, be it by a link, or nothing can be
    ///   written there.
    static func create(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        return descriptor >= 0 ? descriptor : nil
    }

    /// Makes a new file with some bytes, which are on disk when this returns.
    ///
    /// - Throws: ``CommandError``; then there is no file.
    static func write(_ bytes: [UInt8], to path: String) throws(CommandError) {
        guard let descriptor = create(path) else { throw DurableFiles.failure(path) }
        defer { close(descriptor) }
        let error = DescriptorOutput.write(bytes, to: descriptor).error
        if error == 0, fsync(descriptor) == 0 { return }
        let failure = DurableFiles.failure(path, error == 0 ? errno : error)
        unlink(path)
        throw failure
    }
}
