/// Reads the fields of a public key's blob (RFC 4251 section 5), front to back.
struct SSHKeyBlob {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// A `string`: four bytes of length, big end first, and so many bytes.
    mutating func string() throws(MusterError) -> [UInt8] {
        guard rest.count >= 4 else { throw SSHPublicKey.refusal("is cut short") }
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        guard rest.count >= length else { throw SSHPublicKey.refusal("is cut short") }
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }

    /// An `mpint` that is not negative, written in its only shortest form.
    ///
    /// OpenSSH takes longer forms as the same number. One key would then have several blobs, and taking one
    /// away would leave the others.
    mutating func magnitude() throws(MusterError) -> [UInt8] {
        let bytes = try string()
        guard let first = bytes.first else {
            throw SSHPublicKey.refusal("has a number that is zero")
        }
        guard first < 0x80 else { throw SSHPublicKey.refusal("has a negative number") }
        guard first == 0 else { return bytes }
        guard bytes.count > 1, bytes[1] >= 0x80 else {
            throw SSHPublicKey.refusal("has a number that is not in its shortest form")
        }
        return Array(bytes.dropFirst())
    }
}
