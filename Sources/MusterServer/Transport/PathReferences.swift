import FoundationEssentials
import MusterCore

extension UserReference {
    /// Reads a part of a path: a number without sign or leading zeros, or a UUID in any case.
    ///
    /// Anything else names nobody; it must be found missing only after the caller's right to know was
    /// checked, so it becomes a number that is never given.
    init(path text: String) {
        if let number = PathNumber.read(text) {
            self = .id(UserID(rawValue: number))
        } else if let uuid = UUID(path: text) {
            self = .uuid(uuid)
        } else {
            self = .id(UserID(rawValue: -1))
        }
    }
}

extension GroupReference {
    /// Reads a part of a path, as for users.
    init(path text: String) {
        if let number = PathNumber.read(text) {
            self = .id(GroupID(rawValue: number))
        } else if let uuid = UUID(path: text) {
            self = .uuid(uuid)
        } else {
            self = .id(GroupID(rawValue: -1))
        }
    }
}

extension UUID {
    /// Reads the form with four hyphens only.
    init?(path text: String) {
        guard text.utf8.count == 36 else { return nil }
        var text = text
        var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isWritten = withUnsafeMutableBytes(of: &uuid) { bytes in
            text.withUTF8 { UUID.read($0, into: bytes) }
        }
        guard isWritten else { return nil }
        self.init(uuid: uuid)
    }

    /// Reads 36 bytes of text into 16; whether they are digits with hyphens at their four places.
    private static func read(
        _ text: UnsafeBufferPointer<UInt8>,
        into bytes: UnsafeMutableRawBufferPointer
    ) -> Bool {
        var place = 0
        for index in bytes.indices {
            if index == 4 || index == 6 || index == 8 || index == 10 {
                guard text[place] == UInt8(ascii: "-") else { return false }
                place += 1
            }
            guard let high = text[place].hexValue, let low = text[place + 1].hexValue else {
                return false
            }
            bytes[index] = high << 4 | low
            place += 2
        }
        return true
    }
}

/// A number in a path.
private enum PathNumber {
    static func read(_ text: String) -> Int64? {
        let isCanonical = text.utf8.first != UInt8(ascii: "0") || text.utf8.count == 1
        guard isCanonical, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }
}
