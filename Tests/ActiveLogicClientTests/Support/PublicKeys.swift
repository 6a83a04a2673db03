import FoundationEssentials

/// Public keys made for these tests, with the fingerprints that `ssh-keygen -l` shows.
enum PublicKeys {
    static let ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIHhi/M3hCakY7kljsO9/MxjsGx26soasqDPrH3iCP9j9"
    static let ed25519Fingerprint = "SHA256:pvHr9OzzW6mWrGv1m2Hi+OrVrG86wGxCxT1whPCZqtY"
    static let secondEd25519 =
        "AAAAC3NzaC1lZDI1NTE5AAAAINl2tdopxS6JxPsRal8JNnRxWMI7UsBwwg2pKZAitVo1"
    static let ecdsa =
        "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBLkQ3MYIj3S3nhn8GrFvc53XIphl"
        + "AI0yKMBxyZXQ/KLn9WEm2efWVjoK52Dpuz/vrGgMSjCLDr/Duf0NsTBAqQc="
    static let ecdsaFingerprint = "SHA256:DMsyHFZ64bfcnR7636RQr/CIYt4TtYro2QilgqKFIbg"
    static let rsa =
        "AAAAB3NzaC1yc2EAAAADAQABAAABAQCevCs1avOaM3J8SwaG9OTniUwWd1oJkdvCEGKqvIcPLQYbb7Tg6gJw"
        + "CJZZJR2jvZeOY25+Slg074Shy4Ci0TL1GwoITzs/g9QwJuN245+SjuM8rd/NHXi5OaHxYsl7hlKyWXsgeq5E"
        + "XhrCm3WvCmOiMvFn8sKbq6JL6xv06VzmVKQTqafC22zVuSlAAfe5+w8L5e3pjHgbcrjza+yjevG57xFqAvgv"
        + "7TlyJ09cb0HuZFsAjGNkoTPDnORbXMGxw4Ma234AFtiy7C/yHsZjXmeMyh2F9N3lDwZnQKx5zd5GZbvK58t/"
        + "bl+J2xmElAQXUyFUjG2SjtbyRg2iflTIB6xj"
    static let rsaFingerprint = "SHA256:6GvW/XiQvWF2QKejNP4VvrGsTcbBMbrJNh0zyax4bLc"

    /// The start of an RSA key as the API's manual prints it, cut off in the middle.
    static let cutOff = "AAAAB3NzaC1yc2EAAAADAQABAAACAQDHPNnxH8BLNZVF+Zxn6Mw..."

    /// A blob made of fields, each four bytes of length and the bytes.
    static func blob(_ type: String, _ fields: [UInt8]..., rest: [UInt8] = []) -> String {
        var blob: [UInt8] = []
        for field in [Array(type.utf8)] + fields {
            let length = UInt32(field.count)
            blob += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + field
        }
        return Data(blob + rest).base64EncodedString()
    }

    /// An Ed25519 key whose point is all one byte.
    static func ed25519(_ byte: UInt8) -> String {
        blob("ssh-ed25519", [UInt8](repeating: byte, count: 32))
    }

    /// An RSA modulus, with the zero in front that keeps it positive.
    static func modulus(bytes: Int, last: UInt8 = 0xAB) -> [UInt8] {
        [0] + [UInt8](repeating: 0xAB, count: bytes - 1) + [last]
    }
}
