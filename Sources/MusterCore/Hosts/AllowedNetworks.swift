/// The networks from which a user may come.
///
/// An empty list means from anywhere.
public struct AllowedNetworks: Sendable, Equatable {
    /// The most networks one user may have.
    ///
    /// Keeps an OpenSSH key line under its 8 kB limit.
    public static let maximumCount = 128

    /// The networks, in the order given, without duplicates.
    public let networks: [Network]

    /// From anywhere.
    public init() {
        networks = []
    }

    /// Reads a list of addresses and CIDR blocks.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `hosts`, naming the first bad element.
    public init(_ texts: [String]) throws(MusterError) {
        guard texts.count <= AllowedNetworks.maximumCount else {
            throw .invalid(
                "hosts",
                "At most \(AllowedNetworks.maximumCount) hosts are allowed.",
                rule: "must be at most \(AllowedNetworks.maximumCount) addresses and blocks"
            )
        }
        var seen: Set<Network> = []
        var networks: [Network] = []
        for text in texts {
            let network = try Network(text)
            if seen.insert(network).inserted {
                networks.append(network)
            }
        }
        self.networks = networks
    }

    /// Whether somebody at `address` may come in; nobody without an address passes a rule.
    public func allow(_ address: IPAddress?) -> Bool {
        guard !networks.isEmpty else { return true }
        guard let address else { return false }
        return networks.contains { $0.contains(address) }
    }

    /// The canonical texts of the networks.
    public var texts: [String] {
        networks.map(\.description)
    }
}
