import FoundationEssentials
import LDAPWire
import MusterCore
import TextBytes

/// A value as it is compared, by the rule of its attribute.
enum LDAPValue: Sendable, Equatable {
    /// A text, without regard to case and with one blank between words.
    case text([UInt8])
    case exact([UInt8])
    case number(Int64)
    case name(DistinguishedName)
    case uuid(UUID)
    case time(Timestamp)
    case truth(Bool)

    /// Reads a value; nil if it is none of the rule's syntax.
    init?(_ bytes: some Collection<UInt8>, _ rule: LDAPMatchingRule) {
        switch rule {
        case .caseIgnore, .caseIgnoreASCII, .identifier, .telephone:
            guard let text = LDAPValue.folded(bytes, by: rule) else { return nil }
            self = .text(text)
        case .caseExactASCII, .octets: self = .exact(Array(bytes))
        case .integer:
            guard bytes.count <= 20, let text = String(validating: bytes, as: UTF8.self),
                let number = Int64(text)
            else { return nil }
            self = .number(number)
        case .distinguishedName:
            guard let name = DistinguishedName(bytes) else { return nil }
            self = .name(name)
        case .uuid:
            guard bytes.count == 36, let text = String(validating: bytes, as: UTF8.self),
                let uuid = UUID(uuidString: text)
            else { return nil }
            self = .uuid(uuid)
        case .time:
            guard let time = Timestamp(generalizedTime: bytes) else { return nil }
            self = .time(time)
        case .boolean:
            switch LDAPValue.folded(bytes) {
            case "true".asBytes: self = .truth(true)
            case "false".asBytes: self = .truth(false)
            default: return nil
            }
        }
    }

    /// A text as texts are compared: in small letters, without blanks at its ends, and with one where there are several (RFC
    /// 4518 section 2.6.1); nil if it is none, or longer than any that the directory has.
    ///
    /// Rules of ASCII know no case of other letters, as addresses are compared and looked up everywhere.
    static func folded(
        _ bytes: some Collection<UInt8>,
        by rule: LDAPMatchingRule = .caseIgnore,
        isWhole: Bool = true
    ) -> [UInt8]? {
        guard bytes.count <= Group.maximumNameBytes else { return nil }
        var text = bytes.foldedBytes
        if !bytes.allSatisfy({ $0 < 0x80 }) {
            guard let read = String(validating: bytes, as: UTF8.self) else { return nil }
            if rule != .caseIgnoreASCII { text = Array(GroupLook(read).folded.utf8) }
        }
        if rule == .telephone {
            // However people write it, it is the same number (RFC 4518 section 2.6.3).
            return text.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
        }
        return isWhole ? text.withSingleBlanks : text
    }

    /// Whether this one is smaller; nil if there is no order.
    func isLess(than other: LDAPValue) -> Bool? {
        switch (self, other) {
        case (.number(let one), .number(let two)): one < two
        case (.time(let one), .time(let two)): one < two
        default: nil
        }
    }
}

extension Timestamp {
    /// Reads a moment as RFC 4517 section 3.3.13 writes it: `20260131120000Z`, with minutes, seconds, a part of them and an
    /// offset as they come; nil if it is none.
    init?(generalizedTime bytes: some Collection<UInt8>) {
        guard bytes.count <= 32, let text = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        let digits = Array(text.utf8.prefix { (0x30...0x39).contains($0) })
        guard [10, 12, 14].contains(digits.count) else { return nil }
        var rest = text.utf8.dropFirst(digits.count)
        if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
            rest = rest.dropFirst()
            let fraction = rest.prefix { (0x30...0x39).contains($0) }
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(fraction.count)
        }
        // What is left is the zone.
        let padded = digits + Array(repeating: UInt8(ascii: "0"), count: 14 - digits.count)
        func part(_ range: Range<Int>) -> String { String(decoding: padded[range], as: UTF8.self) }
        guard let zone = String(rest) else { return nil }
        self.init(
            text: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):"
                + "\(part(12..<14))\(zone)"
        )
    }
}
