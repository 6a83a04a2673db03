import FoundationEssentials

/// Builds the blobs of public keys, good ones and bad ones.
struct KeyLine {
    private(set) var blob: [UInt8] = []

    /// Begins a blob with its type.
    init(_ type: String) {
        string(Array(type.utf8))
    }

    /// Adds a field: four bytes of length and the bytes.
    mutating func string(_ bytes: [UInt8]) {
        let length = UInt32(bytes.count)
        blob += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + bytes
    }

    /// Adds bytes as they are.
    mutating func raw(_ bytes: [UInt8]) {
        blob += bytes
    }

    var base64: String { Data(blob).base64EncodedString() }

    /// An Ed25519 key whose point is all `byte`.
    static func ed25519(_ byte: UInt8 = 0x42) -> KeyLine {
        var key = KeyLine("ssh-ed25519")
        key.string([UInt8](repeating: byte, count: 32))
        return key
    }

    /// An RSA key with a modulus of so many bits.
    static func rsa(bits: Int, exponent: [UInt8] = [1, 0, 1], isOdd: Bool = true) -> KeyLine {
        var key = KeyLine("ssh-rsa")
        key.string(exponent)
        var modulus = [UInt8](repeating: 0xAB, count: (bits + 7) / 8)
        let top = UInt8(1) << UInt8((bits - 1) % 8)
        modulus[0] = top
        modulus[modulus.count - 1] = isOdd ? 0xAB : 0xAA
        key.string((top >= 0x80 ? [0] : []) + modulus)
        return key
    }

    /// An ECDSA key.
    static func ecdsa(_ type: String, curve: String, pointLength: Int) -> KeyLine {
        var key = KeyLine(type)
        key.string(Array(curve.utf8))
        key.string([4] + [UInt8](repeating: 7, count: pointLength - 1))
        return key
    }
}
