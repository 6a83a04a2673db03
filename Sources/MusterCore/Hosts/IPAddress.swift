import TextBytes

/// An IPv4 or IPv6 address.
///
/// An IPv4-mapped IPv6 address is the IPv4 address (RFC 4291 section 2.5.5.2).
public struct IPAddress: Hashable, Sendable {
    /// The two families.
    public enum Family: Sendable {
        /// 32 bits.
        case v4
        /// 128 bits.
        case v6

        /// The number of bits of an address.
        public var bitWidth: Int { self == .v4 ? 32 : 128 }
    }

    /// The family.
    public let family: Family
    /// The address as a number, in the low bits.
    public let bits: UInt128

    /// The prefix `::ffff:0:0/96` under which IPv4 addresses appear in IPv6.
    private static let mappedPrefix: UInt128 = 0xFFFF << 32

    init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = bits
    }

    /// Builds an IPv4 address from its number.
    public init(v4 bits: UInt32) {
        self.init(family: .v4, bits: UInt128(bits))
    }

    /// Builds an address from the number of an IPv6 address; a mapped one becomes IPv4.
    public init(v6 bits: UInt128) {
        if bits & ~0xFFFF_FFFF == IPAddress.mappedPrefix {
            self.init(v4: UInt32(truncatingIfNeeded: bits))
        } else {
            self.init(family: .v6, bits: bits)
        }
    }

    /// Reads an address in strict text form.
    ///
    /// IPv4 is four decimal octets without leading zeros, IPv6 is RFC 4291 section 2.2 without a zone. The
    /// short and octal forms that `inet_aton` takes are refused, because people read them differently.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= TextLimit.address else { return nil }
        let bytes = Array(text.utf8)
        if let number = IPAddress.parseV4(bytes) {
            self.init(v4: number)
        } else if let number = IPAddress.parseV6(bytes) {
            self.init(v6: number)
        } else {
            return nil
        }
    }

    static func parseV4(_ bytes: some Collection<UInt8>) -> UInt32? {
        let octets = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard octets.count == 4 else { return nil }
        var number: UInt32 = 0
        for octet in octets {
            guard let value = decimal(octet, atMost: 255) else { return nil }
            number = number << 8 | UInt32(value)
        }
        return number
    }

    /// Reads a decimal number without sign, blanks or leading zeros.
    static func decimal(_ bytes: some Collection<UInt8>, atMost limit: Int) -> Int? {
        guard (1...3).contains(bytes.count) else { return nil }
        if bytes.count > 1, bytes.first == UInt8(ascii: "0") { return nil }
        var value = 0
        for byte in bytes {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value <= limit ? value : nil
    }

    static func parseV6(_ bytes: [UInt8]) -> UInt128? {
        guard bytes.count <= TextLimit.address else { return nil }
        let halves = splitAtGap(bytes)
        guard (1...2).contains(halves.count) else { return nil }
        guard let head = groups(halves[0], mayEndInV4: halves.count == 1) else { return nil }
        guard halves.count == 2 else { return head.count == 8 ? number(head) : nil }
        guard let tail = groups(halves[1], mayEndInV4: true), head.count + tail.count < 8 else {
            return nil
        }
        return number(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    /// Splits at every `::`; more than one makes more than two parts.
    private static func splitAtGap(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: ":") {
                parts.append(bytes[start..<index])
                start = index + 2
                index = start
            } else {
                index += 1
            }
        }
        parts.append(bytes[start...])
        return parts
    }

    private static func groups(_ bytes: ArraySlice<UInt8>, mayEndInV4: Bool) -> [UInt16]? {
        guard !bytes.isEmpty else { return [] }
        let fields = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var output: [UInt16] = []
        for (position, field) in fields.enumerated() {
            if mayEndInV4, position == fields.count - 1, field.contains(UInt8(ascii: ".")) {
                guard let v4 = parseV4(field) else { return nil }
                output.append(UInt16(truncatingIfNeeded: v4 >> 16))
                output.append(UInt16(truncatingIfNeeded: v4))
            } else {
                let text = String(decoding: field, as: UTF8.self)
                guard (1...4).contains(field.count), Hex.isHex(text, count: field.count),
                    let value = UInt16(text, radix: 16)
                else { return nil }
                output.append(value)
            }
        }
        return output.count <= 8 ? output : nil
    }

    private static func number(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}
