import FoundationEssentials
import SystemCalls

/// A file that is open, and the name by which messages call it.
///
/// Whoever opened it closes it. Every look is at this one file, whatever its name has come to mean since.
struct OpenFile: Sendable {
    /// The name.
    let path: String
    /// The descriptor.
    let descriptor: Int32

    /// What the system says of it; nil if it does not.
    var status: stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    /// Reads without moving the place at which others read and write.
    ///
    /// - Parameters:
    ///   - count: How many bytes.
    ///   - offset: Where they begin.
    /// - Returns: The bytes, fewer where the file ends before; nil if it cannot be read, with the system's error.
    func bytes(_ count: Int, at offset: Int64) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let place = off_t(offset) + off_t(done)
            let got = bytes[done...].withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, $0.count, place)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return nil }
            guard got > 0 else { break }
            done += got
        }
        return Array(bytes[..<done])
    }
}
