import FoundationEssentials

/// Where a server is.
package struct ServerAddress: Sendable {
    /// The URL under which all paths of the API are.
    package let root: String
    /// Whether it is a socket on this machine, which has no host's name.
    package let isSocket: Bool

    /// Reads `https://host:port/path`.
    ///
    /// - Parameters:
    ///   - text: The address.
    ///   - allowsPlaintext: Whether `http://` may be used with other machines.
    ///   - base: The path of the API below the address, such as `/activelogic/v1`.
    /// - Throws: ``UnusableOption``, which does not repeat the text.
    package init(
        _ text: String,
        allowsPlaintext: Bool,
        base: String = ""
    ) throws(UnusableOption) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.encodedHost, !host.isEmpty
        else {
            throw UnusableOption(.address, "The address must look like https://host:port.")
        }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            throw UnusableOption(
                .address,
                "The address must have no user, no query and no fragment. Names and passwords are arguments."
            )
        }
        guard scheme == "https" || allowsPlaintext || ServerAddress.isThisMachine(host) else {
            throw UnusableOption(
                .address,
                "Over http:// secrets could be read on the way. Use https://, or set allowsPlaintext."
            )
        }
        let port = try ServerAddress.port(in: text)
        var path = parts.percentEncodedPath[...]
        while path.last == "/" { path = path.dropLast() }
        isSocket = false
        root = "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")\(path)\(base)"
    }

    /// The port of an address without a user name; nil if it names none, or has nothing after the colon.
    ///
    /// Read here, because `URLComponents` drops a number that is too large for it, and what is sent then goes to
    /// another server. A port has 16 bits (RFC 9293 section 3.1); nobody listens on 0.
    private static func port(in text: String) throws(UnusableOption) -> UInt16? {
        let bytes = text.utf8
        let slash = UInt8(ascii: "/")
        guard let start = bytes.firstIndex(of: slash) else { return nil }
        let authority = bytes[start...].drop { $0 == slash }.prefix { $0 != slash }
        let host = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        guard let colon = authority[host...].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let digits = authority[authority.index(after: colon)...]
        guard !digits.isEmpty else { return nil }
        let isNumber = digits.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let port = UInt16(Substring(digits)), port > 0 else {
            throw UnusableOption(.address, "The address's port must be from 1 to 65535.")
        }
        return port
    }

    /// A server on this machine that listens on a Unix domain socket.
    ///
    /// - Parameters:
    ///   - path: The socket's path.
    ///   - base: The path of the API.
    package init(socketPath path: String, base: String = "") {
        isSocket = true
        root = "http+unix://\(PercentEncoding.encode(path))\(base)"
    }

    /// Whether nothing leaves the machine on the way to a host: `localhost`, 127.0.0.0/8 and ::1.
    private static func isThisMachine(_ host: String) -> Bool {
        if ["localhost", "[::1]"].contains(host.lowercased()) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
