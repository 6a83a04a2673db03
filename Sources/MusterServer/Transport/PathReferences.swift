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
        let isWritten = text.utf8.enumerated().allSatisfy { index, byte in
            [8, 13, 18, 23].contains(index)
                ? byte == UInt8(ascii: "-")
                : Character(Unicode.Scalar(byte)).isHexDigit && byte < 0x80
        }
        guard isWritten else { return nil }
        self.init(uuidString: text)
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
