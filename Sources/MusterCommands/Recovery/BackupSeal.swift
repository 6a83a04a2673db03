import Foundation
import MusterCore
import MusterCrypto

/// The digest that a backup carries of itself, by which damage is found that SQLite does not see.
///
/// It is one line of text behind the database's last page, where SQLite does not look: `muster-backup sha256 `, 64
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

    /// Writes the line behind a database that is closed and marked.
    ///
    /// - Throws: ``MusterError`` or ``CommandError``.
    static func append(to path: String) throws {
        let header = try DatabaseHeader(path)
        guard header.fileBytes == header.databaseBytes, header.mark == mark else {
            throw CommandError(.fault, "The backup is not what was copied. Nothing was written.")
        }
        let digest = try FileDigest.sha256(path, first: header.fileBytes)
        let line = start + Array(Hex.text(digest.bytes).utf8) + [UInt8(ascii: "\n")]
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw DurableFiles.failure(path) }
        defer { close(descriptor) }
        let error = DescriptorOutput.write(line, to: descriptor).error
        guard error == 0 else { throw DurableFiles.failure(path, error) }
    }

    /// Looks whether a file is what was written, by reading all of it.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where it cannot be read.
    static func state(of path: String) throws(MusterError) -> State {
        let header = try DatabaseHeader(path)
        let line = header.lastBytes(lineCount, of: path)
        guard line.starts(with: start) else {
            if header.mark == mark {
                return .broken("it ends without the digest that it was given")
            }
            // Of a database in use the log tells how many pages there are.
            let hasLog = FileModes.status(of: path + "-wal").map { $0.st_size > 0 } ?? false
            return header.isCounted && !hasLog && header.fileBytes != header.databaseBytes
                ? .broken(
                    "it has other than the \(header.databaseBytes) bytes that its header says"
                )
                : .absent
        }
        let content = header.fileBytes - Int64(lineCount)
        let digest = try FileDigest.sha256(path, first: content)
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
    init(_ path: String) throws(MusterError) {
        let failure = MusterError(.storeUnavailable, "\(path) cannot be read.")
        guard let file = FileHandle(forReadingAtPath: path) else { throw failure }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: DatabaseHeader.count),
            bytes.count == DatabaseHeader.count, let end = try? file.seekToEnd()
        else { throw failure }
        func number(_ offset: Int, _ count: Int) -> Int64 {
            bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int64($1) }
        }
        let pageSize = number(16, 2)
        fileBytes = Int64(end)
        // 65536 does not fit into two bytes, and is written as 1.
        databaseBytes = number(28, 4) * (pageSize == 1 ? 65_536 : pageSize)
        isCounted = number(28, 4) > 0 && number(24, 4) == number(92, 4)
        mark = Int32(truncatingIfNeeded: number(68, 4))
    }

    /// The last bytes of the file, fewer where it is shorter.
    func lastBytes(_ count: Int, of path: String) -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        let offset = max(0, fileBytes - Int64(count))
        guard (try? file.seek(toOffset: UInt64(offset))) != nil else { return [] }
        return (try? file.read(upToCount: count)).flatMap { $0.map { [UInt8]($0) } } ?? []
    }
}
