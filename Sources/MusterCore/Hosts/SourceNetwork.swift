/// The network that a caller comes from, as far as attempts to sign in are counted together.
///
/// One person can change its address within the network that it was given; so what belongs to one network
/// counts as one source.
public struct SourceNetwork: Hashable, Sendable {
    /// How many leading bits tell sources apart.
    public struct Widths: Sendable, Equatable {
        /// The bits of an IPv4 address: 32 or 24.
        public let v4: Int
        /// The bits of an IPv6 address: 64 or 56 (RFC 6177 section 2: what a site is given at the least).
        public let v6: Int

        /// Builds widths; an IPv4 address is a source of its own and an IPv6 source has 64 bits, unless said
        /// otherwise.
        public init(v4: Int = 32, v6: Int = 64) {
            self.v4 = min(max(v4, 0), 32)
            self.v6 = min(max(v6, 0), 128)
        }
    }

    /// The address with the bits after the network's cleared; nil for callers that have no address.
    private let base: IPAddress?
    private let width: Int

    /// The network of an address.
    public init(of address: IPAddress?, _ widths: Widths = Widths()) {
        guard let address else {
            base = nil
            width = 0
            return
        }
        width = address.family == .v4 ? widths.v4 : widths.v6
        let dropped = UInt128(address.family.bitWidth - width)
        let bits = dropped >= 128 ? 0 : (address.bits >> dropped) << dropped
        base = IPAddress(family: address.family, bits: bits)
    }

    /// Whether it has no address.
    var isLocal: Bool { base == nil }

    /// The network of what is given to one customer or site, in which it may have any number of networks: of IPv4 24
    /// bits, of IPv6 48 (RFC 6177 section 2).
    public var neighbourhood: SourceNetwork {
        SourceNetwork(of: base, Widths(v4: min(width, 24), v6: min(width, 48)))
    }

    /// The network of what is given to one provider, in which it may have any number of neighbourhoods: of IPv6 32 bits
    /// (RIPE-738 section 5.1.2, "minimum allocation"), of IPv4 16, since most have several blocks of about that size.
    public var region: SourceNetwork {
        SourceNetwork(of: base, Widths(v4: min(width, 16), v6: min(width, 32)))
    }
}

extension SourceNetwork: CustomStringConvertible {
    /// The network in CIDR form; `local` for callers that have no address.
    public var description: String {
        base.map { "\($0)/\(width)" } ?? "local"
    }
}
