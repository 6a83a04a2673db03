import MusterCore

extension CryptText {
    /// The most memory of yescrypt, 128 * N * r: 256 MiB, as for Argon2id.
    static let yescryptBytes = 268_435_456

    /// Reads a text of yescrypt, which begins with `$y$`: a flavour, N and r in digits, `$`, a salt, `$` and 43 digits
    /// (crypt(5), "yescrypt").
    ///
    /// Taken is the one flavour that crypt(3) writes, `j`, with nothing after r.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it is none, or asks for too much memory.
    init(yescrypt text: [UInt8]) throws(MusterError) {
        let parts = text.hashParts
        guard parts.count == 5, parts[4].count == 43, CryptDigits.areAll(parts[4]),
            parts[2].first == UInt8(ascii: "j")
        else {
            throw ForeignHash.refusal("is not yescrypt, $y$j with its cost, $salt$ and 43 digits")
        }
        var cost = parts[2].dropFirst()
        guard let logN = CryptText.yescryptNumber(&cost, from: 1),
            let blocks = CryptText.yescryptNumber(&cost, from: 1), cost.isEmpty,
            (2...21).contains(logN), (1...65_536).contains(blocks),
            128 * blocks << logN <= CryptText.yescryptBytes
        else {
            throw ForeignHash.refusal(
                "must have a yescrypt cost of N and r alone, and at most 256 MiB, 128 * N * r"
            )
        }
        // libcrypt reads no salt in which bits are left over, so no program has made such a hash.
        guard let salt = CryptDigits.bytes(parts[3]), salt.spare == 0,
            (1...64).contains(salt.bytes.count)
        else {
            throw ForeignHash.refusal("must have a yescrypt salt of 1 to 64 bytes")
        }
        var plain = text
        CryptDigits.mask(&plain[text.count - 1], 0x0F, CryptDigits.common)
        self.init(plain, HashWork(scheme: .yescrypt, count: Double(blocks << logN)))
    }

    /// Takes a number off the front: small ones are one digit, of larger ones the first digit says how many follow.
    private static func yescryptNumber(_ digits: inout ArraySlice<UInt8>, from least: Int) -> Int? {
        guard let first = digits.popFirst().flatMap(CryptDigits.value) else { return nil }
        // Each further digit has half of the first digits that were left.
        var (start, end, more, number) = (0, 47, 0, least)
        while first > end {
            number += (end + 1 - start) << (6 * more)
            start = end + 1
            end = start + (62 - end) / 2
            more += 1
        }
        guard more <= 3, digits.count >= more else { return nil }
        number += (first - start) << (6 * more)
        for place in (0..<more).reversed() {
            guard let value = digits.popFirst().flatMap(CryptDigits.value) else { return nil }
            number += value << (6 * place)
        }
        return number
    }
}
