/// Lower-case hexadecimal text.
public enum Hex {
    /// Two lower-case digits for each byte.
    public static func text(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBufferPointer { text($0) }
    }

    /// Two lower-case digits for each byte.
    public static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { output in
            let text = UnsafeMutableRawBufferPointer(output)
            let (raw, whole) = (UnsafeRawBufferPointer(bytes), bytes.count & ~3)
            for place in stride(from: 0, to: whole, by: 4) {
                let number = raw.loadUnaligned(fromByteOffset: place, as: UInt32.self)
                let eight = digits(UInt32(bigEndian: number)).littleEndian
                text.storeBytes(of: eight, toByteOffset: place * 2, as: UInt64.self)
            }
            for place in whole..<bytes.count {
                output[place * 2] = digit(bytes[place] >> 4)
                output[place * 2 + 1] = digit(bytes[place] & 15)
            }
            return bytes.count * 2
        }
    }

    /// Two lower-case digits for each byte.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        text(Array(bytes))
    }

    /// Reads two digits of either case for each byte; nil if the text is something else.
    public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        // Where the digits lie in a row, as nearly always, they are read there.
        text.utf8.withContiguousStorageIfAvailable { bytes($0) }
            ?? Array(text.utf8).withUnsafeBufferPointer { bytes($0) }
    }

    /// Reads two digits of either case for each byte; nil if there is something else.
    public static func bytes(_ digits: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(of: digits[place]), let low = value(of: digits[place + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Whether `text` is exactly `count` lower-case or upper-case hexadecimal digits.
    public static func isHex(_ text: String, count: Int) -> Bool {
        guard text.utf8.count == count else { return false }
        // Where the bytes lie in a row, as nearly always, they are read there.
        return text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isDigit) }
            ?? text.utf8.allSatisfy(isDigit)
    }

    /// The lower-case digit of a number from 0 to 15.
    static func digit(_ number: UInt8) -> UInt8 {
        number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10
    }

    /// The eight lower-case digits of a number, the first in the lowest byte: all of them at once.
    static func digits(_ number: UInt32) -> UInt64 {
        // Each step halves the pieces and moves them apart, until each byte holds the number of one digit.
        var numbers = UInt64(number)
        numbers = (numbers | numbers << 16) & 0x0000_FFFF_0000_FFFF
        numbers = (numbers | numbers << 8) & 0x00FF_00FF_00FF_00FF
        numbers = (numbers | numbers << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // With 6 more the fifth bit is set of what is beyond 9: 39 lie between what follows "9" and "a".
        let letters = (numbers &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (numbers &+ 0x3030_3030_3030_3030 &+ letters &* 39).byteSwapped
    }

    private static func isDigit(_ byte: UInt8) -> Bool { value(of: byte) != nil }

    /// The number from 0 to 15 that a digit of either case stands for; nil if it is none.
    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
