/// One line of an `authorized_keys` file (sshd(8)): from where, what may be done, the key, whose it is.
///
/// sshd obeys whatever stands in such a line, so nothing gets into one as it was typed: networks and keys
/// are written from what they mean, and the comment keeps only characters that cannot end it.
public struct AuthorizedKeysLine: Sendable, Equatable {
    /// The line, without a line end.
    public let text: String

    /// Forwarding and the rest off, a terminal on.
    ///
    /// `restrict` also turns off what later versions of OpenSSH may add.
    private static let restrictions = "restrict,pty"

    init(_ key: SSHPublicKey, of user: User) {
        let options = [
            AuthorizedKeysLine.from(user.hosts), AuthorizedKeysLine.restrictions,
            AuthorizedKeysLine.expiry(user.expiresAt),
        ]
        .compactMap(\.self)
        .joined(separator: ",")
        let comment = AuthorizedKeysLine.comment(
            "\(user.username.text):\(user.id.rawValue)"
        )
        text = "\(options) \(key.type.rawValue) \(key.text) \(comment)"
    }

    /// The option that binds the key to networks; nil if the user may come from anywhere.
    ///
    /// An empty list is never written: sshd refuses the whole line for it, as for an entry with blanks.
    private static func from(_ hosts: AllowedNetworks) -> String? {
        hosts.networks.isEmpty ? nil : "from=\"\(hosts.texts.joined(separator: ","))\""
    }

    /// The option that ends the key with the account; nil if that does not expire.
    ///
    /// sshd asks again for each attempt, so this is for lines that are kept. `YYYYMMDDHHMMSSZ`, where the `Z` needs
    /// OpenSSH 9.1 (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"); a part of a second is left off.
    private static func expiry(_ moment: Timestamp?) -> String? {
        moment.map { "expiry-time=\"\($0.compactText)\"" }
    }

    /// The text with every character but `A-Z a-z 0-9 . _ : @ + -` replaced.
    ///
    /// A line break here would begin a second line, with a key of somebody's choice.
    private static func comment(_ text: String) -> String {
        String(
            decoding: text.utf8.map { byte in
                byte.isASCIIAlphanumeric || "._:@+-".utf8.contains(byte)
                    ? byte : UInt8(ascii: "_")
            },
            as: UTF8.self
        )
    }
}
