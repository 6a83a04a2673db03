import FoundationEssentials

/// Where a server is.
struct ServerAddress: Sendable {
    /// The URL under which all paths of the API are.
    let root: String

    /// Reads `https://host:port/path`.
    ///
    /// - Throws: ``ActiveLogicError`` with code `option_invalid`, which does not repeat the text.
    init(_ text: String, allowsPlaintext: Bool) throws(ActiveLogicError) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.encodedHost, !host.isEmpty
        else {
            throw .unusable("to", "The address must look like https://host:port.")
        }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            throw .unusable(
                "to",
                "The address must have no user, no query and no fragment. Names and passwords are arguments."
            )
        }
        guard scheme == "https" || allowsPlaintext || ServerAddress.isThisMachine(host) else {
            throw .unusable(
                "to",
                "Over http:// the password could be read on the way. Use https://, or set allowsPlaintext."
            )
        }
        var path = parts.percentEncodedPath[...]
        while path.last == "/" { path = path.dropLast() }
        let port = parts.port.map { ":\($0)" } ?? ""
        root = "\(scheme)://\(host)\(port)\(path)/activelogic/v1"
    }

    /// Whether nothing leaves the machine on the way to a host: `localhost`, 127.0.0.0/8 and ::1.
    private static func isThisMachine(_ host: String) -> Bool {
        if ["localhost", "[::1]"].contains(host.lowercased()) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
