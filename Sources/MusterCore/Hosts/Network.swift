import TextBytes

/// An address or a CIDR block from which somebody may come.
public struct Network: Hashable, Sendable {
    /// The first address.
    public let base: IPAddress
    /// The number of leading bits that count.
    public let prefixLength: Int

    /// Reads an address or a CIDR block in strict text form.
    ///
    /// Host bits below the prefix are refused, never masked: masking would silently turn one host into
    /// many, and OpenSSH drops the whole list for one such entry.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `hosts`, naming the element.
    public init(_ text: String) throws(MusterError) {
        let first = text.utf8.prefix { $0 != UInt8(ascii: "/") }
        let digits = text.utf8[first.endIndex...].dropFirst()
        guard text.utf8.count <= TextLimit.network, !digits.contains(UInt8(ascii: "/")),
            let address = IPAddress(Substring(first))
        else {
            throw Network.refusal(text, "is not an IPv4 or IPv6 address or CIDR block")
        }
        guard first.endIndex < text.endIndex else {
            self.init(base: address, prefixLength: address.family.bitWidth)
            return
        }
        let isV6Text = first.contains(UInt8(ascii: ":"))
        let width = isV6Text ? 128 : 32
        guard var prefix = IPAddress.decimal(digits, atMost: width) else {
            throw Network.refusal(
                text,
                "has a prefix length that is not a number from 0 to \(width)"
            )
        }
        if isV6Text, address.family == .v4 {
            guard prefix >= 96 else {
                throw Network.refusal(text, "has address bits set beyond its prefix")
            }
            prefix -= 96
        }
        guard Network.mask(address, prefix) == address.bits else {
            let block = Network(
                base: IPAddress(family: address.family, bits: Network.mask(address, prefix)),
                prefixLength: prefix
            )
            throw Network.refusal(
                text,
                "has address bits set beyond its prefix; write \(block) or \(address)"
            )
        }
        self.init(base: address, prefixLength: prefix)
    }

    private init(base: IPAddress, prefixLength: Int) {
        self.base = base
        self.prefixLength = prefixLength
    }

    /// Whether `address` lies in this network.
    ///
    /// Families never match each other.
    public func contains(_ address: IPAddress) -> Bool {
        address.family == base.family && Network.mask(address, prefixLength) == base.bits
    }

    private static func mask(_ address: IPAddress, _ prefixLength: Int) -> UInt128 {
        let dropped = UInt128(address.family.bitWidth - prefixLength)
        return dropped >= 128 ? 0 : (address.bits >> dropped) << dropped
    }

    private static func refusal(_ text: String, _ reason: String) -> MusterError {
        .invalid(
            "hosts",
            "\(text.quoted()) \(reason)",
            rule: "must not hold \(text.quoted()), which \(reason)"
        )
    }
}

extension Network: CustomStringConvertible {
    /// The canonical text: no prefix for a single address.
    public var description: String {
        prefixLength == base.family.bitWidth ? "\(base)" : "\(base)/\(prefixLength)"
    }
}
