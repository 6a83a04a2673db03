import TextBytes

/// A phone number in the form `+` and 2 to 15 digits (ITU-T E.164).
public struct PhoneNumber: Sendable, Equatable {
    /// The pattern as the hosted service states it.
    public static let pattern = #"^(\+1[2-9][0-8]\d[2-9]\d{6}|\+[1-9]\d{1,14})$"#

    /// The fewest digits of a number that rings anywhere, country code included: those of Niue, +683 and four digits, are the
    /// shortest of the national numbering plans that ITU-T publishes under E.164.
    public static let fewestDigits = 7

    /// The rule that is broken where codes shall go by SMS and there is no number.
    public static let missing = "is required"

    /// The rule that is broken where codes shall go to a number of one's own that nobody has shown to be one's own.
    public static let unproven = "must be verified first, by send-verification and verify-code"

    /// Countries whose numbers keep a leading 0 after the country's code, where others have it as a trunk prefix that is left
    /// out (ITU-T E.123 section 7.1): Italy with San Marino and the Vatican, Ivory Coast, Congo, Benin.
    private static let keepingZero = ["+39", "+378", "+379", "+225", "+242", "+229"]

    /// The longest text that is read, in bytes: a number with everything that people write between its digits.
    private static let maximumBytes = 40

    /// The number.
    public let text: String

    /// Reads a number as people write it.
    ///
    /// Blanks, hyphens, full stops and parentheses do not count, and a leading `00` is `+` (ITU-T E.123 and E.164 have the
    /// signs). A number without a country's prefix gets `prefix`: with `+1` ten digits that begin with 2 to 9, as the hosted
    /// service reads them; with another one what begins with 1 to 9, and what begins with a single 0, the trunk
    /// prefix, without it.
    ///
    /// - Parameters:
    ///   - text: The number.
    ///   - prefix: The prefix of numbers that have none, `+` and digits; nil if each has to have its own.
    /// - Throws: ``MusterError`` with code `input.invalid`, field `sms_phone`.
    public init(_ text: String, prefix: String? = "+1") throws(MusterError) {
        guard text.utf8.count <= PhoneNumber.maximumBytes,
            let bytes = PhoneNumber.number(PhoneNumber.digits(of: text), prefix)
        else { throw PhoneNumber.refusal(text) }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// Takes a number that was checked before it was stored.
    public init(stored text: String) {
        self.text = text
    }

    /// Whether it has as many digits as numbers have at least.
    public var isLongEnough: Bool { text.utf8.count > PhoneNumber.fewestDigits }

    /// Whether a text is what numbers without a prefix may get: `+` and 1 to 4 digits, the first of them no zero.
    public static func isPrefix(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (2...5).contains(bytes.count) && isBeginning(bytes)
    }

    /// Whether bytes are `+` and digits, the first of them no zero.
    static func isBeginning(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && bytes[0] == UInt8(ascii: "+") && bytes[1] != UInt8(ascii: "0")
            && bytes.dropFirst().allSatisfy(isDigit)
    }

    /// The text without what people write between digits, and with `+` for a leading `00`.
    ///
    /// - Parameter text: What was typed.
    /// - Returns: Bytes that are a number, or not.
    public static func digits(of text: String) -> [UInt8] {
        let between: [UInt8] = Array(" -.()".utf8)
        let bytes = text.utf8.filter { !between.contains($0) }
        guard bytes.starts(with: "00".utf8) else { return bytes }
        return [UInt8(ascii: "+")] + bytes.dropFirst(2)
    }

    /// The number in full; nil if it is none.
    private static func number(_ bytes: [UInt8], _ prefix: String?) -> [UInt8]? {
        var number = bytes
        if let prefix, let first = bytes.first, isDigit(first) {
            guard let national = national(bytes, prefix) else { return nil }
            number = Array(prefix.utf8) + national
        }
        return (3...16).contains(number.count) && isBeginning(number) ? number : nil
    }

    /// What stands after a country's prefix of a number that was written without it; nil if it is no such number.
    private static func national(_ bytes: [UInt8], _ prefix: String) -> ArraySlice<UInt8>? {
        let zero = UInt8(ascii: "0")
        if prefix.hasSameBytes(as: "+1") {
            return bytes.count == 10 && bytes[0] >= UInt8(ascii: "2") ? bytes[...] : nil
        }
        guard bytes[0] == zero else { return bytes[...] }
        if keepingZero.contains(where: { prefix.hasSameBytes(as: $0) }) { return bytes[...] }
        return bytes.count > 1 && bytes[1] != zero ? bytes.dropFirst() : nil
    }

    private static func refusal(_ text: String) -> MusterError {
        var error = MusterError.invalid(
            "sms_phone",
            rule: "with value \(text.head(40).debugDescription) fails to match the "
                + "required pattern: /\(PhoneNumber.pattern)/"
        )
        // For people, who read no patterns.
        error.details["rule"] =
            "is none. Write it with + and the country's code, such as +15555555555"
        return error
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
