import MusterCore

extension User {
    /// The name in two parts: the last word, and everything before it.
    var nameParts: (first: String?, last: String) {
        let (first, last) = nameBytes
        return (
            first.map { String(decoding: $0, as: UTF8.self) }, String(decoding: last, as: UTF8.self)
        )
    }

    /// ``nameParts`` as bytes, with one blank between words.
    var nameBytes: (first: [UInt8]?, last: [UInt8]) {
        let (name, blank) = (displayName.asBytes, UInt8(ascii: " "))
        guard let end = name.lastIndex(where: { $0 != blank }) else {
            return (nil, username.text.asBytes)
        }
        let start = name[...end].lastIndex(of: blank).map { $0 + 1 } ?? 0
        var first: [UInt8] = []
        first.reserveCapacity(start)
        for byte in name[..<start] where byte != blank || first.last.map({ $0 != blank }) == true {
            first.append(byte)
        }
        if first.last == blank { first.removeLast() }
        return (first.isEmpty ? nil : first, Array(name[start...end]))
    }
}
