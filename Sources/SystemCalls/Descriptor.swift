/// Whole reads and writes of a descriptor: the system may do a part of what it is asked, or be interrupted.
public enum Descriptor {
    /// An error of the system, by its number (errno(3)).
    public struct Failure: Error, Equatable {
        /// The number, above 0.
        public let number: CInt

        /// Takes a number.
        public init(number: CInt) {
            self.number = number
        }

        /// What the system says of it.
        public var reason: String { String(cString: strerror(number)) }
    }

    /// Reads from where the descriptor stands.
    ///
    /// - Parameters:
    ///   - descriptor: Open to be read.
    ///   - count: How many bytes; 0 or more.
    /// - Returns: So many bytes, or fewer where there is nothing after them.
    /// - Throws: ``Failure`` if the system cannot read.
    public static func read(
        _ descriptor: CInt,
        upTo count: Int
    ) throws(Failure) -> [UInt8] {
        // Nobody who asks for a megabyte of a file of 45 bytes is to pay for more than a page.
        var bytes = [UInt8](repeating: 0, count: min(count, 4096))
        var done = 0
        while done < count {
            if done == bytes.count {
                bytes += [UInt8](repeating: 0, count: min(count - done, max(done, 4096)))
            }
            let got = bytes.withUnsafeMutableBytes { buffer in
                systemRead(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Failure(number: errno) }
            guard got > 0 else { break }
            done += got
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }

    /// Writes all of some bytes to where the descriptor stands.
    ///
    /// - Throws: ``Failure`` if the system cannot write; a part may then have been written.
    public static func write(_ bytes: [UInt8], to descriptor: CInt) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(number: count < 0 ? errno : EIO) }
            done += count
        }
    }

    /// Goes to a place in a file.
    ///
    /// - Parameters:
    ///   - descriptor: Of a file that is open.
    ///   - offset: The place, in bytes from the file's start.
    /// - Throws: ``Failure`` if the descriptor is of something that has no places.
    public static func seek(_ descriptor: CInt, to offset: Int64) throws(Failure) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
            throw Failure(number: errno)
        }
    }
}

// Outside of the type, whose own functions have the same names.
private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}

private func systemWrite(_ descriptor: CInt, _ buffer: UnsafeRawBufferPointer) -> Int {
    write(descriptor, buffer.baseAddress, buffer.count)
}
