import FoundationEssentials
import SystemCalls

/// What a file is that is no backup, as far as its kind and its first bytes tell; each to end a sentence with.
enum ForeignFile {
    /// How files begin, and what they are then.
    private static let beginnings: [(bytes: [UInt8], noun: String)] = [
        ([0x1F, 0x8B], "compressed by gzip; unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd; unpack it first"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed by xz; unpack it first"),
        (Array("BZh".utf8), "compressed by bzip2; unpack it first"),
        (Array("PK\u{3}\u{4}".utf8), "a ZIP archive; unpack it first"),
        (Array("age-encryption.org".utf8), "encrypted by age; decrypt it first"),
        (Array("{\"username\"".utf8), "an export of users; for that, use: muster users import"),
        (Array("username,".utf8), "an export of users; for that, use: muster users import"),
    ]

    /// Bytes of a file with a master key: 32 in base64, and a line's end.
    private static let keyFileSize = 45

    /// What a file is by its kind alone; nil for an ordinary one.
    static func noun(_ status: stat) -> String? {
        switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a folder"
        default: "no file"
        }
    }

    /// What bytes are the beginning of; nil for a database of SQLite, which a backup is.
    static func noun(_ bytes: [UInt8], size: Int) -> String? {
        guard !bytes.isEmpty else { return "empty" }
        if bytes.starts(with: "SQLite format 3\0".utf8) { return nil }
        if let known = beginnings.first(where: { bytes.starts(with: $0.bytes) }) {
            return known.noun
        }
        if bytes.count > 262, bytes[257...].starts(with: "ustar".utf8) {
            return "a tar archive; unpack it first"
        }
        if size == keyFileSize { return "as long as a master key; for that, use --master-key" }
        let isText = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
        return isText ? "text" : "no database of SQLite"
    }
}
