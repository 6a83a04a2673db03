import MusterCore
import MusterTesting
import Testing

@Suite("Public keys")
struct SSHKeyTests {
    private let policy = SSHKeyPolicy(curves: TrustingCurves())

    static let good: [(SSHKeyType, String)] = {
        var security = KeyLine.ed25519()
        security = KeyLine("sk-ssh-ed25519@openssh.com")
        security.string([UInt8](repeating: 0x42, count: 32))
        security.string(Array("ssh:".utf8))
        var token = KeyLine.ecdsa(
            "sk-ecdsa-sha2-nistp256@openssh.com",
            curve: "nistp256",
            pointLength: 65
        )
        token.string(Array("ssh:".utf8))
        return [
            (.ed25519, KeyLine.ed25519().base64), (.rsa, KeyLine.rsa(bits: 2048).base64),
            (.rsa, KeyLine.rsa(bits: 3071).base64), (.rsa, KeyLine.rsa(bits: 16_384).base64),
            (.rsa, KeyLine.rsa(bits: 2048, exponent: [3]).base64),
            (
                .ecdsa256,
                KeyLine.ecdsa("ecdsa-sha2-nistp256", curve: "nistp256", pointLength: 65).base64
            ),
            (
                .ecdsa384,
                KeyLine.ecdsa("ecdsa-sha2-nistp384", curve: "nistp384", pointLength: 97).base64
            ),
            (
                .ecdsa521,
                KeyLine.ecdsa("ecdsa-sha2-nistp521", curve: "nistp521", pointLength: 133).base64
            ),
            (.securityKeyEd25519, security.base64), (.securityKeyECDSA256, token.base64),
        ]
    }()

    @Test("a good key is read, bare or as a line of a .pub file", arguments: good)
    func goodKeys(_ type: SSHKeyType, _ base64: String) throws {
        let name = type.rawValue
        for line in [
            base64, " \(base64)\n", "\(name) \(base64)",
            "\(name)\t\(base64) jane@host and more\r\n",
        ] {
            let key = try SSHPublicKey(line, policy: policy)
            #expect(key.type == type && key.text == base64)
        }
    }

    static let badFields: [(String, String)] = {
        var behind = KeyLine.ed25519()
        behind.raw([0])
        var short = KeyLine("ssh-ed25519")
        short.string([UInt8](repeating: 1, count: 31))
        var cut = KeyLine("ssh-ed25519")
        cut.raw([0, 0, 0, 32, 1, 2, 3])
        var huge = KeyLine("ssh-ed25519")
        huge.raw([0xFF, 0xFF, 0xFF, 0xFF])
        var silent = KeyLine("sk-ssh-ed25519@openssh.com")
        silent.string([UInt8](repeating: 0x42, count: 32))
        silent.string([])
        var compressed = KeyLine("ecdsa-sha2-nistp256")
        compressed.string(Array("nistp256".utf8))
        compressed.string([2] + [UInt8](repeating: 7, count: 32))
        let odd = KeyLine.rsa(bits: 2048)
        return [
            (behind.base64, "bytes after its end"), (short.base64, "not 32 bytes"),
            (cut.base64, "cut short"), (huge.base64, "cut short"),
            (KeyLine("ssh-ed25519").base64, "cut short"), (silent.base64, "no application"),
            (KeyLine.ed25519(0).base64, "small order"), (compressed.base64, "not on nistp256"),
            (
                KeyLine.ecdsa("ecdsa-sha2-nistp256", curve: "nistp384", pointLength: 65).base64,
                "curve that is not its type's"
            ),
            (
                KeyLine.ecdsa("ecdsa-sha2-nistp384", curve: "nistp384", pointLength: 65).base64,
                "not on nistp384"
            ),
            (KeyLine.rsa(bits: 2047).base64, "2047 bits"), (KeyLine.rsa(bits: 1024).base64, "1024"),
            (KeyLine.rsa(bits: 16_392).base64, "16 KiB|more than 16384"),
            (KeyLine.rsa(bits: 2048, isOdd: false).base64, "even"),
            (KeyLine.rsa(bits: 2048, exponent: [1]).base64, "exponent"),
            (KeyLine.rsa(bits: 2048, exponent: [4]).base64, "exponent"),
            (KeyLine.rsa(bits: 2048, exponent: []).base64, "zero"),
            (KeyLine.rsa(bits: 2048, exponent: [0x81]).base64, "negative"),
            (KeyLine.rsa(bits: 2048, exponent: [0, 3]).base64, "shortest"),
            (KeyLine.rsa(bits: 2048, exponent: [UInt8](repeating: 3, count: 9)).base64, "exponent"),
            ("ssh-ed25519 " + odd.base64, "is of type ssh-rsa"),
            (KeyLine("ssh-dss").base64, "ssh-dss"),
            (KeyLine("ssh-ed25519-cert-v01@openssh.com").base64, "certificate"),
            (KeyLine("ssh-ed448").base64, "not one of"),
        ]
    }()

    @Test("a key with something wrong in it is refused, and the reason given", arguments: badFields)
    func badKeys(_ line: String, _ reason: String) async {
        let refusal = await failure { try SSHPublicKey(line, policy: policy) }
        #expect(refusal?.code == .sshKeyInvalid && refusal?.details["field"] == "key")
        let reasons = reason.split(separator: "|")
        #expect(
            reasons.contains { refusal?.message.contains($0) == true },
            "\(refusal?.message ?? "")"
        )
    }

    @Test(
        "an RSA key that begins with the name of a signature algorithm is told which word is right",
        arguments: ["rsa-sha2-256", "rsa-sha2-512"]
    )
    func signatureAlgorithms(_ word: String) async throws {
        let base64 = KeyLine.rsa(bits: 2048).base64
        let begun = await failure { try SSHPublicKey("\(word) \(base64) jane", policy: policy) }
        #expect(begun?.code == .sshKeyInvalid)
        #expect(
            begun?.message.contains("begins with the word \(word), which is a way to sign") == true
        )
        #expect(begun?.message.hasSuffix("write ssh-rsa in its place.") == true)
        _ = try SSHPublicKey("ssh-rsa \(base64) jane", policy: policy)
        let optioned = await failure {
            try SSHPublicKey("restrict \(word) \(base64)", policy: policy)
        }
        #expect(optioned?.message.contains("begins with options") == true)
        let named = await failure { try SSHPublicKey(KeyLine(word).base64, policy: policy) }
        #expect(named?.message.contains("the type of an RSA key is ssh-rsa") == true)
        let other = await failure {
            try SSHPublicKey("\(word) \(KeyLine.ed25519().base64)", policy: policy)
        }
        #expect(other?.message.hasSuffix("but is of type ssh-ed25519.") == true)
    }

    @Test(
        "a comment may be in any script, and is dropped",
        arguments: ["\u{E9}", "Zo\u{EB} \u{9375}", "a b"]
    )
    func comments(_ comment: String) throws {
        let base64 = KeyLine.ed25519().base64
        let key = try SSHPublicKey("ssh-ed25519 \(base64) \(comment)", policy: policy)
        #expect(key.text == base64)
    }

    @Test(
        "a text that is no line of a .pub file is refused",
        arguments: [
            "", " ", "\n", "ssh-ed25519", "ssh-ed25519 ", "!", "AAAA", "AAAAC3NzaC1lZDI1NTE5",
            KeyLine.ed25519().base64 + "=", String(KeyLine.ed25519().base64.dropLast()),
            KeyLine.ed25519().base64.replacing("A", with: "-"),
            KeyLine.ed25519().base64 + "\nssh-rsa AAAA",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA",
            "PuTTY-User-Key-File-3: ssh-ed25519",
            "from=\"10.0.0.1\" ssh-ed25519 " + KeyLine.ed25519().base64,
            "restrict ssh-ed25519 " + KeyLine.ed25519().base64,
            "ssh-ed25519 " + KeyLine.ed25519().base64 + " \u{1}",
            "ssh-ed25519\u{E9} " + KeyLine.ed25519().base64,
            "ssh-ed25519 " + KeyLine.ed25519().base64 + "\0",
            "ssh-ed25519  \u{A0}" + KeyLine.ed25519().base64,
            String(repeating: "A", count: 1_000_000),
        ]
    )
    func noKeys(_ line: String) async {
        let refusal = await failure { try SSHPublicKey(line, policy: policy) }
        #expect(refusal?.code == .sshKeyInvalid)
        #expect((refusal?.message.utf8.count ?? .max) < 400)
        #expect(refusal?.message.contains("b3Bl") == false)
    }

    @Test(
        "a security key whose application has a control character is refused",
        arguments: ["ssh:\0", "\0", "ssh:\0me", "ssh:\n", "\u{1F}ssh:", "ssh:\u{7F}", "a\tb"]
    )
    func controlsInApplications(_ application: String) async {
        var ed25519 = KeyLine("sk-ssh-ed25519@openssh.com")
        ed25519.string([UInt8](repeating: 0x42, count: 32))
        ed25519.string(Array(application.utf8))
        var ecdsa = KeyLine.ecdsa(
            "sk-ecdsa-sha2-nistp256@openssh.com",
            curve: "nistp256",
            pointLength: 65
        )
        ecdsa.string(Array(application.utf8))
        for key in [ed25519, ecdsa] {
            let refusal = await failure { try SSHPublicKey(key.base64, policy: policy) }
            #expect(refusal?.code == .sshKeyInvalid)
            #expect(refusal?.message.contains("control character") == true)
        }
    }

    @Test(
        "the application of a security key has some bytes at most, so that the longest key is one of RSA",
        arguments: [(1_023, true), (1_024, false), (12_000, false)]
    )
    func longApplications(_ count: Int, isTaken: Bool) async {
        var key = KeyLine("sk-ssh-ed25519@openssh.com")
        key.string([UInt8](repeating: 0x42, count: 32))
        key.string([UInt8](repeating: 0x61, count: count))
        let refusal = await failure { try SSHPublicKey(key.base64, policy: policy) }
        #expect(refusal?.code == (isTaken ? nil : .sshKeyInvalid))
        #expect(isTaken || refusal?.message.contains("1 KiB or more") == true)
    }

    @Test("a blob whose type is long, or not of ASCII, is of no type that is known")
    func longTypes() async {
        let types = [
            String(repeating: "a", count: 12_000), String(repeating: "\u{E9}", count: 6_000),
            "ssh-ed25519\u{301}",
        ]
        for type in types {
            let refusal = await failure { try SSHPublicKey(KeyLine(type).base64, policy: policy) }
            #expect(refusal?.message.contains("not one of") == true)
            #expect((refusal?.message.utf8.count ?? .max) < 400)
        }
    }

    @Test("a point that is not on its curve is refused")
    func offCurve() async {
        let policy = SSHKeyPolicy(curves: TrustingCurves(isPoint: false))
        let line = KeyLine.ecdsa("ecdsa-sha2-nistp256", curve: "nistp256", pointLength: 65).base64
        let refusal = await failure { try SSHPublicKey(line, policy: policy) }
        #expect(refusal?.message.contains("not on nistp256") == true)
    }

    @Test("the fewest bits of RSA can be set")
    func minimumBits() async throws {
        let line = KeyLine.rsa(bits: 3072).base64
        let strict = SSHKeyPolicy(minimumRSABits: 4096, curves: TrustingCurves())
        _ = try SSHPublicKey(
            line,
            policy: SSHKeyPolicy(minimumRSABits: 3072, curves: TrustingCurves())
        )
        #expect(await failure { try SSHPublicKey(line, policy: strict) }?.code == .sshKeyInvalid)
    }
}
