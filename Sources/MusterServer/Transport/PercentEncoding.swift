import MusterCore

/// Text in which bytes may be written as `%` and two hexadecimal digits (RFC 3986 section 2.1).
enum PercentEncoding {
    /// Decodes; `+` stands for a space in queries and forms, but not in paths.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` where an escape is wrong or the text not UTF-8.
    static func decode(_ bytes: [UInt8], plusIsSpace: Bool) throws(MusterError) -> String {
        try decode(bytes[...], plusIsSpace: plusIsSpace)
    }

    /// Decodes a part of some bytes.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` where an escape is wrong or the text not UTF-8.
    static func decode(
        _ bytes: ArraySlice<UInt8>,
        plusIsSpace: Bool
    ) throws(MusterError) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed }
            return text
        }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace:
                output.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue
                else {
                    throw malformed
                }
                output.append(high << 4 | low)
            default:
                output.append(byte)
            }
        }
        guard let text = String(validating: output, as: UTF8.self) else { throw malformed }
        return text
    }

    private static var malformed: MusterError {
        MusterError(.inputMalformed, "The path, query or form is not percent-encoded UTF-8.")
    }
}

extension UInt8 {
    /// What it is worth as a hexadecimal digit; nil if it is none.
    var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
