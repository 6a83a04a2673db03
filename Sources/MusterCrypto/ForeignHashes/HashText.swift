/// A number in a hash: decimal, without sign and leading zeros, within bounds.
enum HashNumber {
    static func read(_ digits: some Collection<UInt8>, _ bounds: ClosedRange<Int>) -> Int? {
        guard (1...9).contains(digits.count), digits.first != 0x30 || digits.count == 1 else {
            return nil
        }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return bounds.contains(number) ? number : nil
    }
}

/// Base64 as it stands in hashes (RFC 4648 section 4): with or without padding, and with `.` in place of `+`.
enum HashBase64 {
    /// How many bytes a text without padding stands for; nil if it is not the one text for them.
    static func count(_ text: some Collection<UInt8>) -> Int? {
        var last: UInt8 = 0
        for character in text {
            guard let value = value(of: character) else { return nil }
            last = value
        }
        // The bits of the last character that belong to no byte have to be zero.
        switch text.count % 4 {
        case 1: return nil
        case 2 where last & 0x0F != 0: return nil
        case 3 where last & 0x03 != 0: return nil
        default: return text.count * 6 / 8
        }
    }

    /// The bytes; nil if the text is no base64, or they are too few or many.
    ///
    /// Bits of the last character that belong to no byte are passed over, as the decoders of Python and of directories
    /// do: such a hash opens there, so it has to open here.
    static func decode(_ text: some Collection<UInt8>, _ counts: ClosedRange<Int>) -> [UInt8]? {
        let bare = text.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.count - bare.count
        guard padding == 0 || (text.count % 4 == 0 && padding <= 2), bare.count % 4 != 1,
            counts.contains(bare.count * 6 / 8)
        else { return nil }
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bits = 0
        for character in bare {
            guard let value = value(of: character) else { return nil }
            pending = pending << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
        }
        return text.dropFirst(bare.count).allSatisfy { $0 == UInt8(ascii: "=") } ? bytes : nil
    }

    /// Whether a text, with or without padding, is the one text for its bytes.
    static func isCanonical(_ text: some Collection<UInt8>) -> Bool {
        count(text.prefix { $0 != UInt8(ascii: "=") }) != nil
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - 0x41
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - 0x61 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "."): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

/// The digits of crypt(3), which stand for six bits each, in the two orders that there are (crypt(5)).
enum CryptDigits {
    /// The order of bcrypt.
    static let bcrypt = Array(
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8
    )
    /// The order of everything else.
    static let common = Array(
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8
    )

    /// The number that a digit of the common order stands for, 0 to 63.
    static func value(of digit: UInt8) -> Int? {
        common.firstIndex(of: digit)
    }

    /// Whether there is nothing but digits.
    static func areAll(_ text: some Collection<UInt8>) -> Bool {
        text.allSatisfy(common.contains)
    }

    /// Clears all bits of one digit but those of `mask`.
    static func mask(_ digit: inout UInt8, _ mask: Int, _ order: [UInt8]) {
        guard let value = order.firstIndex(of: digit) else { return }
        digit = order[value & mask]
    }

    /// The number of a fixed count of digits, the least significant first, as scrypt's texts have them.
    static func number(_ digits: some Collection<UInt8>) -> Int? {
        var number = 0
        for digit in digits.reversed() {
            guard let value = value(of: digit) else { return nil }
            number = number << 6 | value
        }
        return number
    }

    /// The bytes that digits stand for, the least significant bits first.
    ///
    /// - Returns: The bytes, and the bits of the last digit that belong to none; nil if there is no such text.
    static func bytes(_ digits: some Collection<UInt8>) -> (bytes: [UInt8], spare: Int)? {
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var pending = 0
        var bits = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            pending |= value << bits
            bits += 6
            guard bits >= 8 else { continue }
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            bits -= 8
        }
        return (bytes, pending)
    }
}

extension Collection where Element == UInt8 {
    /// Whether these bytes begin with the text's.
    func begins(with text: StaticString) -> Bool {
        starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

extension [UInt8] {
    /// The parts between dollar signs, also empty ones.
    var hashParts: [ArraySlice<UInt8>] {
        split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
    }
}
