import MusterCore

/// The text of an Argon2id or Argon2i hash (RFC 9106, in the string form of its reference implementation).
///
/// OpenLDAP's module makes Argon2i where it is built with libsodium, as Debian's is. Both fill the same memory as often,
/// so one measure of time holds for both.
enum Argon2Text {
    /// The most memory, in KiB: 256 MiB, four times what RFC 9106 section 4 recommends where memory is scarce.
    ///
    /// Each of the threads that check dear hashes may need as much at a time.
    static let maximumKibibytes = 262_144
    /// The most lanes; libsodium computes them one after the other.
    static let maximumLanes = 16

    /// The work that a text asks for.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it is none, or asks for too much memory.
    static func check(_ text: [UInt8]) throws(MusterError) -> HashWork {
        let parts = text.hashParts
        guard parts.count == 6,
            parts[1].elementsEqual("argon2id".utf8) || parts[1].elementsEqual("argon2i".utf8),
            parts[2].elementsEqual("v=19".utf8)
        else {
            throw ForeignHash.refusal(
                "is not Argon2id or Argon2i of version 19, $argon2id$v=19$m=...,t=...,p=...$salt$hash"
            )
        }
        let settings = parts[3].split(
            separator: UInt8(ascii: ","),
            omittingEmptySubsequences: false
        )
        guard settings.count == 3, settings[0].begins(with: "m="), settings[1].begins(with: "t="),
            settings[2].begins(with: "p="),
            let lanes = HashNumber.read(settings[2].dropFirst(2), 1...maximumLanes),
            let passes = HashNumber.read(settings[1].dropFirst(2), 1...999_999_999),
            let memory = HashNumber.read(settings[0].dropFirst(2), 8 * lanes...maximumKibibytes)
        else {
            throw ForeignHash.refusal(
                """
                must have an Argon2 cost m=,t=,p= of at most m=\(maximumKibibytes) (256 MiB) and \
                p=\(maximumLanes)
                """
            )
        }
        // libsodium's own strings have 16 and 32 bytes; RFC 9106 section 3.1 asks for 8 and 4 at least.
        guard isPlain(parts[4], 8...64), isPlain(parts[5], 16...64) else {
            throw ForeignHash.refusal(
                "has a salt or a hash that is not base64 without padding, or of too few or many bytes"
            )
        }
        return .argon2id(kibibytes: memory, passes: passes)
    }

    private static func isPlain(_ text: ArraySlice<UInt8>, _ counts: ClosedRange<Int>) -> Bool {
        guard let count = HashBase64.count(text) else { return false }
        return counts.contains(count) && !text.contains(UInt8(ascii: "."))
    }
}
