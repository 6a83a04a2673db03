/// A text that is compared and hashed by its bytes.
///
/// The key for texts from outside, and what a `switch` over one of them takes. Texts that are equal only
/// canonically, such as an accented letter in one code point and in two, are different ones.
public struct ByteText: Hashable, Sendable {
    /// The text.
    public let text: String

    /// Wraps a text.
    public init(_ text: String) {
        self.text = text
    }

    /// Wraps a text with its ASCII letters in lower case.
    public init(folding text: String) {
        self.init(String(decoding: text.foldedASCII, as: UTF8.self))
    }

    /// Whether both have the same bytes.
    public static func == (left: ByteText, right: ByteText) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text.utf8.count)
        let isHashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        guard isHashed == nil else { return }
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension ByteText: ExpressibleByStringLiteral {
    /// Wraps a text that is written out.
    public init(stringLiteral text: String) {
        self.init(text)
    }
}
