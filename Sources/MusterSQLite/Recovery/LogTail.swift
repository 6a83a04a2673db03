import FoundationEssentials
import SystemCalls

/// What SQLite leaves out of a write-ahead log because something before it does not check out.
///
/// SQLite takes a log as far as its checksums are right, and says nothing of the rest
/// (https://www.sqlite.org/fileformat.html, section 4). The rest of a log whose writer was killed is half of one change
/// that nobody was told of. Whole commits there tell of a disk that has changed what it was given, or of one that power
/// has left while it wrote the last of them.
public enum LogTail {
    /// How many commits are after the first place that does not check out, which SQLite therefore leaves out.
    ///
    /// Reads the whole log, which may be in use.
    ///
    /// - Parameter path: The log's path.
    /// - Returns: 0 where the log is whole, ends with something that was never committed, or is not there.
    public static func commitsLeftOut(_ path: String) -> Int {
        let first = LogScan(path)
        guard first.commitsBehind > 0 else { return 0 }
        // What was being written at the first look is whole at the second.
        let second = LogScan(path)
        return first.broken == second.broken ? min(first.commitsBehind, second.commitsBehind) : 0
    }
}

/// One walk through a log.
private struct LogScan {
    private static let headerCount = 32
    private static let frameHeaderCount = 24
    /// The sizes of pages that SQLite knows.
    private static let pageSizes = 512...65_536

    /// The number of the first frame that does not check out, from 0; nil if there is none.
    private(set) var broken: Int?
    /// The commits after it, whose own checksums are right.
    private(set) var commitsBehind = 0

    init(_ path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        guard let header = LogScan.bytes(file, LogScan.headerCount),
            let sum = LogSum(header), header.number(0) & ~1 == 0x377F_0682,
            LogScan.pageSizes.contains(Int(header.number(8)))
        else { return }
        let pageSize = Int(header.number(8))
        let salts = header[16..<24]
        var seed = sum.of(header[..<24], after: (0, 0))
        guard seed == (header.number(24), header.number(28)) else { return }
        var number = 0
        while let frame = LogScan.bytes(file, LogScan.frameHeaderCount + pageSize) {
            let isOfThisLog = frame[8..<16].elementsEqual(salts)
            let page = sum.of(frame[24...], after: sum.of(frame[..<8], after: seed))
            let stored = (frame.number(16), frame.number(20))
            let isRight = isOfThisLog && page == stored
            if !isRight, broken == nil { broken = number }
            // The number of pages that the database has after a commit; 0 in other frames.
            if isRight, broken != nil, frame.number(4) > 0 { commitsBehind += 1 }
            // Each frame is summed up from what the one before says, be that right or not.
            seed = stored
            number += 1
        }
    }

    private static func bytes(_ file: CInt, _ count: Int) -> [UInt8]? {
        guard let bytes = try? Descriptor.read(file, upTo: count), bytes.count == count else {
            return nil
        }
        return bytes
    }
}

/// The checksum of a log.
private struct LogSum {
    private let isBigEndian: Bool

    /// Reads from a log's header in which order of bytes its sums are made.
    init?(_ header: [UInt8]) {
        switch header.number(0) {
        case 0x377F_0682: isBigEndian = false
        case 0x377F_0683: isBigEndian = true
        default: return nil
        }
    }

    /// Goes on with a sum; the bytes are a multiple of 8.
    func of(_ bytes: ArraySlice<UInt8>, after seed: (UInt32, UInt32)) -> (UInt32, UInt32) {
        var (first, second) = seed
        bytes.withUnsafeBytes { bytes in
            for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
                first &+= word(bytes, offset) &+ second
                second &+= word(bytes, offset + 4) &+ first
            }
        }
        return (first, second)
    }

    private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }
}

extension [UInt8] {
    /// Four bytes, the highest first.
    fileprivate func number(_ offset: Int) -> UInt32 {
        self[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
