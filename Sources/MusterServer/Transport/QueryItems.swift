import MusterCore

/// The names and values of a query or of a form body (`application/x-www-form-urlencoded`).
struct QueryItems: Sendable {
    private let items: [(name: String, value: String)]

    /// Reads `name=value&name=value`.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` where an escape is wrong or the text not UTF-8.
    init(_ text: some StringProtocol) throws(MusterError) {
        var items: [(name: String, value: String)] = []
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count == 2 ? Array(pair[1].utf8) : []
            items.append(
                (
                    try PercentEncoding.decode(Array(pair[0].utf8), plusIsSpace: true),
                    try PercentEncoding.decode(value, plusIsSpace: true)
                )
            )
        }
        self.items = items
    }

    /// The first value under a name; nil where there is none.
    subscript(_ name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// All values under a name, in the order in which they were written.
    func all(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }
}

/// Text in which bytes may be written as `%` and two hexadecimal digits (RFC 3986 section 2.1).
enum PercentEncoding {
    /// Decodes; `+` stands for a space in queries and forms, but not in paths.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` where an escape is wrong or the text not UTF-8.
    static func decode(_ bytes: [UInt8], plusIsSpace: Bool) throws(MusterError) -> String {
        var output: [UInt8] = []
        var rest = bytes[...]
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
    fileprivate var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
