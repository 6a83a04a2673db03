import MusterCore
import TextBytes

extension User {
    /// The name in two parts: the last word, and everything before it.
    var nameParts: (first: String?, last: String) {
        (
            firstNames.map { String(decoding: $0, as: UTF8.self) },
            String(decoding: lastName, as: UTF8.self)
        )
    }

    /// The last word of the name that is shown; the login name if there is none.
    var lastName: [UInt8] {
        var name = displayName
        return name.withUTF8 { bytes in
            let word = User.lastWord(of: bytes)
            return word.isEmpty ? username.text.asBytes : Array(bytes[word])
        }
    }

    /// What stands before it, with one blank between words; nil if there is nothing.
    var firstNames: [UInt8]? {
        var name = displayName
        return name.withUTF8 { bytes in
            let first = bytes[..<User.lastWord(of: bytes).lowerBound].withSingleBlanks
            return first.isEmpty ? nil : first
        }
    }

    private static func lastWord(of name: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        let blank = UInt8(ascii: " ")
        guard let last = name.lastIndex(where: { $0 != blank }) else { return 0..<0 }
        let start = name[...last].lastIndex(of: blank).map { $0 + 1 } ?? 0
        return start..<last + 1
    }
}
