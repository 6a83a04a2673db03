import FoundationEssentials
import MusterCore
import MusterCrypto
import SystemCalls

/// The digest that a backup carries of itself, by which damage is found that SQLite does not see.
///
/// It is one line of text after the database's last page, where SQLite does not look: `muster-backup sha256 `, 64
/// hexadecimal digits and a line's end. The database's `application_id` says that there has to be such a line, so that
/// one that was cut off is missed. It protects from faults, not from people: who can change the backup can
/// compute another digest.
enum BackupSeal {
    /// What was found.
    enum State: Sendable, Equatable {
        /// The digest is that of the file.
        case intact
        /// There is none, and none was promised: a copy of a database, or a backup of an older version.
        case absent
        /// The file is not what was written; why that is known.
        case broken(String)
    }

    /// `Mstr`, as the number of 32 bits that SQLite keeps in a database's header.
    static let mark: Int32 = 0x4D73_7472

    private static let start = Array("muster-backup sha256 ".utf8)
    /// Bytes of the line: its start, the digits, and its end.
    private static let lineCount = start.count + 64 + 1

    /// Writes the line after a database that is closed and marked.
    ///
    /// - Throws: ``MusterError`` or ``CommandError``.
    static func append(to file: OpenFile) throws {
        let header = try DatabaseHeader(file)
        guard header.fileBytes == header.databaseBytes, header.mark == mark else {
            throw CommandError(.fault, "The backup is not what was copied. Nothing was written.")
        }
        let digest = try FileDigest.sha256(
            file.descriptor,
            name: file.path,
            first: header.fileBytes
        )
        let line = start + Array(Hex.text(digest.bytes).utf8) + [UInt8(ascii: "\n")]
        guard lseek(file.descriptor, off_t(header.fileBytes), SEEK_SET) >= 0 else {
            throw DurableFiles.failure(file.path)
        }
        let error = DescriptorOutput.write(line, to: file.descriptor).error
        guard error == 0 else { throw DurableFiles.failure(file.path, error) }
    }

    /// Whether a file has a digest, or says that it was given one: then it is a backup by itself.
    static func isPromised(by file: OpenFile) -> Bool {
        guard let header = try? DatabaseHeader(file) else { return false }
        return header.mark == mark || header.lastBytes(lineCount, of: file).starts(with: start)
    }

    /// Looks whether a file is what was written, by reading all of it.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where it cannot be read.
    static func state(of file: OpenFile) throws(MusterError) -> State {
        let header = try DatabaseHeader(file)
        let line = header.lastBytes(lineCount, of: file)
        guard line.starts(with: start) else {
            if header.mark == mark {
                return .broken("it ends without the digest that it was given")
            }
            // Of a database in use the log tells how many pages there are.
            let hasLog = FileModes.status(of: file.path + "-wal").map { $0.st_size > 0 } ?? false
            return header.isCounted && !hasLog && header.fileBytes != header.databaseBytes
                ? .broken(
                    "it has other than the \(header.databaseBytes) bytes that its header says"
                )
                : .absent
        }
        let content = header.fileBytes - Int64(lineCount)
        let digest = try FileDigest.sha256(file.descriptor, name: file.path, first: content)
        let expected = Array(Hex.text(digest.bytes).utf8) + [UInt8(ascii: "\n")]
        guard Array(line.dropFirst(start.count)) == expected else {
            return .broken(
                "its digest is another one than it was given, so that bytes of it have changed"
            )
        }
        return .intact
    }
}

/// What the first bytes of a database say (https://www.sqlite.org/fileformat.html, section 1.3).
private struct DatabaseHeader {
    /// Bytes of the header.
    private static let count = 100

    /// The bytes of the file.
    let fileBytes: Int64
    /// The bytes of all pages.
    let databaseBytes: Int64
    /// Whether the header's number of pages counts: not where a program older than 2010 has written last.
    let isCounted: Bool
    /// The number that applications may put there.
    let mark: Int32

    /// Reads a file's first bytes.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where there are too few.
    init(_ file: OpenFile) throws(MusterError) {
        guard let bytes = file.bytes(DatabaseHeader.count, at: 0),
            bytes.count == DatabaseHeader.count, let status = file.status
        else { throw MusterError(.storeUnavailable, "\(file.path) cannot be read.") }
        func number(_ offset: Int, _ count: Int) -> Int64 {
            bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int64($1) }
        }
        let pageSize = number(16, 2)
        fileBytes = Int64(status.st_size)
        // 65536 does not fit into two bytes, and is written as 1.
        databaseBytes = number(28, 4) * (pageSize == 1 ? 65_536 : pageSize)
        isCounted = number(28, 4) > 0 && number(24, 4) == number(92, 4)
        mark = Int32(truncatingIfNeeded: number(68, 4))
    }

    /// The last bytes of the file, fewer where it is shorter.
    func lastBytes(_ count: Int, of file: OpenFile) -> [UInt8] {
        file.bytes(count, at: max(0, fileBytes - Int64(count))) ?? []
    }
}
