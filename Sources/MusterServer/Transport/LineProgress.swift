import NIOCore

/// Tells whether a body that is sent line by line goes on: by whole lines with something on them.
struct LineProgress {
    private var hasContent = false

    /// Takes the next bytes, and says whether a line has ended in them that is not blank.
    mutating func take(_ buffer: ByteBuffer) -> Bool {
        buffer.withUnsafeReadableBytes { bytes in
            var isFound = false
            var rest = bytes[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                if hasContent || rest[..<end].hasContent {
                    isFound = true
                    // Whatever else ends in them makes no difference: what follows the last line's end counts.
                    let last = rest.lastIndex(of: UInt8(ascii: "\n")) ?? end
                    rest = rest[(last + 1)...]
                } else {
                    rest = rest[(end + 1)...]
                }
                hasContent = false
            }
            hasContent = hasContent || rest.hasContent
            return isFound
        }
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate var hasContent: Bool {
        contains { !$0.isBlank && $0 != UInt8(ascii: "\r") }
    }
}
