import MusterCore

/// A password for somebody who brought none: 24 characters of four classes, some 140 bits.
enum GeneratedPassword {
    private static let length = 24
    /// 60 characters that no two people read differently, and four signs that need no quoting in a shell.
    private static let alphabet = Array(
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_.+".utf8
    )

    static func make(from random: any RandomSource, for username: Username) -> Secret<String> {
        let policy = PasswordPolicy(.tenable)
        while true {
            var characters: [UInt8] = []
            while characters.count < length {
                // Numbers beyond the alphabet are drawn again, so that each character is equally likely.
                characters += random.bytes(length).map { $0 & 63 }.filter { $0 < alphabet.count }
                    .map { alphabet[Int($0)] }
            }
            let password = Secret(String(decoding: characters.prefix(length), as: UTF8.self))
            if (try? policy.check(password, for: username)) != nil { return password }
        }
    }
}
