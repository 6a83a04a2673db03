import ArgumentParser
import MusterClient
import MusterCore
import TextBytes

/// A mask on the command line: decimal, `0x` and hexadecimal digits, or names of bits.
enum MaskArgument: ExpressibleByArgument, Equatable, Sendable {
    /// The bits, 0 to 2^63-1.
    case bits(Int64)
    /// Names of resources, as the server knows them.
    case names([String])

    init?(argument: String) {
        switch argument.lowercased() {
        case "none": self = .bits(0)
        case "all": self = .bits(.max)
        case let text where text.first?.isNumber == true:
            guard let bits = MaskArgument.number(text) else { return nil }
            self = .bits(bits)
        default:
            guard let names = MaskArgument.names(in: argument) else { return nil }
            self = .names(names)
        }
    }

    /// Reads an option's value.
    ///
    /// - Throws: `ValidationError`, which says what a mask is.
    @Sendable static func read(_ text: String) throws -> MaskArgument {
        guard let mask = MaskArgument(argument: text) else {
            throw ValidationError(
                "A mask is a number from 0 to \(Int64.max), 0x and hexadecimal digits of one, names of bits between "
                    + "commas, all, or none"
            )
        }
        return mask
    }

    /// A mask as it can be given again: `none`, `all`, or `0x` and hexadecimal digits.
    static func text(_ bits: Int64) -> String {
        switch bits {
        case 0: "none"
        case .max: "all"
        default: "0x" + String(bits, radix: 16)
        }
    }

    /// Digits only: a sign or a blank would be taken for a number by others.
    private static func number(_ text: String) -> Int64? {
        let isHex = text.hasPrefix("0x")
        let digits = isHex ? text.dropFirst(2) : text[...]
        let isNumber =
            !digits.isEmpty
            && digits.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte)
                    || isHex && (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
        return isNumber ? Int64(digits, radix: isHex ? 16 : 10) : nil
    }

    /// Names of letters and digits, between commas.
    private static func names(in text: String) -> [String]? {
        let names = text.split(separator: ",", omittingEmptySubsequences: false)
        let areNames = names.allSatisfy { name in
            !name.isEmpty && name.utf8.count <= 64
                && name.unicodeScalars.allSatisfy {
                    $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
                }
        }
        return areNames ? names.map(String.init) : nil
    }

    /// The bits, with the server's list of names.
    ///
    /// - Throws: ``CommandError`` where the list has no such name.
    func bits(_ permissions: [MaskBitRecord]) throws(CommandError) -> Int64 {
        switch self {
        case .bits(let bits): return bits
        case .names(let names):
            var bits: Int64 = 0
            for name in names {
                guard let bit = permissions.first(where: { $0.isNamed(name) }) else {
                    let known = permissions.map(\.name).joined(separator: ", ")
                    throw CommandError(.usage, "There is no bit \(name). There are: \(known).")
                }
                bits |= bit.value
            }
            return bits
        }
    }
}

extension MaskBitRecord {
    /// The bits that this program knows.
    static let known = Resource.allCases.map { resource in
        MaskBitRecord(index: Int64(resource.rawValue), name: resource.name)
    }

    /// The bit alone.
    var value: Int64 { 1 << index }

    /// Whether the bit has this name, in upper or lower case.
    func isNamed(_ name: String) -> Bool {
        self.name.hasSameFoldedBytes(as: name)
    }
}

extension Server {
    /// The names of the masks' bits.
    ///
    /// - Throws: ``CommandError``.
    func maskBits() async throws(CommandError) -> [MaskBitRecord] {
        try await ask("bits") { try await $0.server.maskBits() }
    }
}
