import ActiveLogicClient
import ClientTestSupport
import Testing

@Suite("Keys that are refused")
struct RefusedKeyTests {
    private static let exponent: [UInt8] = [1, 0, 1]
    private static let modulus = PublicKeys.modulus(bytes: 256)
    private static let point = [4] + [UInt8](repeating: 7, count: 64)

    private static let cases: [(name: String, key: String)] = [
        ("cut off", PublicKeys.cutOff),
        ("cut off by two", String(PublicKeys.rsa.dropLast(4))),
        ("empty", ""),
        ("no base64", "not a key"),
        ("without padding", String(PublicKeys.ecdsa.dropLast())),
        ("url-safe", PublicKeys.ecdsa.replacing("/", with: "_").replacing("+", with: "-")),
        ("dss", PublicKeys.blob("ssh-dss", [1], [1], [1], [1])),
        ("one byte behind", PublicKeys.blob("ssh-rsa", exponent, modulus, rest: [0])),
        ("1024 bits", PublicKeys.blob("ssh-rsa", exponent, PublicKeys.modulus(bytes: 128))),
        ("16392 bits", PublicKeys.blob("ssh-rsa", exponent, PublicKeys.modulus(bytes: 2_049))),
        ("exponent 1", PublicKeys.blob("ssh-rsa", [1], modulus)),
        ("longer exponent", PublicKeys.blob("ssh-rsa", [0] + exponent, modulus)),
        ("negative modulus", PublicKeys.blob("ssh-rsa", exponent, Array(modulus.dropFirst()))),
        (
            "even modulus",
            PublicKeys.blob("ssh-rsa", exponent, PublicKeys.modulus(bytes: 256, last: 0xAA))
        ),
        ("33 bytes", PublicKeys.blob("ssh-ed25519", [UInt8](repeating: 7, count: 33))),
        ("small order", PublicKeys.ed25519(0)),
        (
            "no application",
            PublicKeys.blob("sk-ssh-ed25519@openssh.com", [UInt8](repeating: 7, count: 32), [])
        ),
        (
            "not on the curve",
            PublicKeys.blob("ecdsa-sha2-nistp256", Array("nistp256".utf8), point)
        ),
        (
            "another curve",
            PublicKeys.blob("ecdsa-sha2-nistp256", Array("nistp384".utf8), point)
        ),
        ("infinity", PublicKeys.blob("ecdsa-sha2-nistp256", Array("nistp256".utf8), [0])),
        ("signature algorithm", PublicKeys.blob("rsa-sha2-256", exponent, modulus)),
        ("another word", "ssh-rsa \(PublicKeys.ed25519)"),
        ("options", "from=\"10.0.0.1\" ssh-ed25519 \(PublicKeys.ed25519)"),
        ("command", "command=\"x\",no-pty ssh-ed25519 \(PublicKeys.ed25519)"),
        ("two lines", "\(PublicKeys.ed25519)\n\(PublicKeys.ecdsa)"),
        ("PEM", "-----BEGIN PUBLIC KEY-----"),
        ("RFC 4716", "---- BEGIN SSH2 PUBLIC KEY ----"),
        ("PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519"),
    ]

    @Test("a key that sshd could not use, or should not, is a ValueError", arguments: cases)
    func refused(_ example: (name: String, key: String)) async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "somebody", password: Passwords.first)
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.addPubKey("somebody", example.key)
            }
            #expect(error?.kind == .valueError)
            #expect(error?.code == "ssh_key_invalid")
            #expect(error?.field == "key")
            #expect(try await users.list(UserPubKey.self, user: "somebody").isEmpty)
        }
    }

    @Test("a private key is refused with the advice to replace it")
    func privateKey() async throws {
        try await LiveServer.withUsers { users, _ in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.addPubKey(
                    "admin@example.com",
                    "-----BEGIN OPENSSH PRIVATE KEY-----"
                )
            }
            #expect(error?.kind == .valueError)
            #expect(error?.message.contains("replace it") == true)
        }
    }
}
