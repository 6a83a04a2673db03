import TextBytes

extension IPAddress {
    /// The most bytes of an address as systems report it: an address, brackets, a zone and a port.
    private static let reportedLimit = TextLimit.address + 64

    /// Reads an address as kernels, proxies and login programs report it.
    ///
    /// Unlike rules, which people write and which decide, such a text may have a zone (`fe80::1%eth0`, RFC 4007
    /// section 11), brackets and a port (`192.0.2.7:443`, `[2001:db8::7]:443`, RFC 7239 section 6), which
    /// may be a made-up one (`192.0.2.7:_p1`, section 6.3). They are dropped; the address itself is read as strictly as
    /// in a rule.
    public init?(reported text: some StringProtocol) {
        guard text.utf8.count <= IPAddress.reportedLimit else { return nil }
        let bytes = Array(text.utf8)[...]
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")),
                IPAddress.isPort(bytes[(end + 1)...]),
                let number = IPAddress.parseV6(withZone: bytes[1..<end])
            else { return nil }
            self.init(v6: number)
        } else if let number = IPAddress.parseV6(withZone: bytes) {
            self.init(v6: number)
        } else {
            let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            guard IPAddress.isPort(bytes[end...]), let number = IPAddress.parseV4(bytes[..<end])
            else { return nil }
            self.init(v4: number)
        }
    }

    private static func parseV6(withZone bytes: ArraySlice<UInt8>) -> UInt128? {
        guard let sign = bytes.firstIndex(of: UInt8(ascii: "%")) else {
            return parseV6(Array(bytes))
        }
        // A zone is the name or number of an interface.
        let zone = bytes[(sign + 1)...]
        guard !zone.isEmpty, zone.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return parseV6(Array(bytes[..<sign]))
    }

    /// Whether nothing follows an address, or a colon and a port.
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let colon = bytes.first else { return true }
        let port = bytes.dropFirst()
        guard colon == UInt8(ascii: ":") else { return false }
        if port.first == UInt8(ascii: "_") {
            return port.count > 1
                && port.allSatisfy { $0.isASCIIAlphanumeric || "._-".utf8.contains($0) }
        }
        return (1...5).contains(port.count)
            && port.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
