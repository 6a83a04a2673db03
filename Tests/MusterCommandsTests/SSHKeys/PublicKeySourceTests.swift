import Foundation
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("Public keys on the command line")
struct PublicKeySourceTests {
    private let folder: TemporaryFolder
    private let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1 jane@host"

    init() throws {
        folder = try TemporaryFolder()
    }

    private func file(_ text: String) throws -> PublicKeySource {
        let path = folder.file("key.pub")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return PublicKeySource(path)
    }

    @Test("a minus is standard input, a key is a key, and anything else is a file")
    func kinds() throws {
        #expect(PublicKeySource("-") == .standardInput)
        #expect(PublicKeySource(key) == .literal(key))
        #expect(PublicKeySource("AAAAC3Nza") == .literal("AAAAC3Nza"))
        #expect(PublicKeySource("nowhere.pub") == .file("nowhere.pub"))
        let blank = folder.file("my key.pub")
        try Data().write(to: URL(fileURLWithPath: blank))
        #expect(PublicKeySource(blank) == .file(blank))
    }

    @Test("a file has one key, among comments and blank lines")
    func oneKey() throws {
        #expect(try file("# mine\n\n\(key)\r\n").line() == key)
        #expect(try PublicKeySource(key).line() == key)
    }

    @Test(
        "a file of none, of two, or of bytes that are no text is refused",
        arguments: ["", "\n", "# only\n", "a\nb\n", String(repeating: "A", count: 65_537)]
    )
    func refusals(_ text: String) throws {
        let source = try file(text)
        let refusal = #expect(throws: CommandError.self) { try source.line() }
        #expect(refusal?.status == .badInput)
    }

    @Test(
        "a file of one line that is no key is named, and not sent",
        arguments: ["machine\n", "ssh-ed25519 c2hvcnQ= jane@host\n", "xAAAA\n"]
    )
    func noKey(_ text: String) throws {
        let source = try file(text)
        let refusal = #expect(throws: CommandError.self) { try source.line() }
        #expect(refusal?.message == "\(folder.file("key.pub")) holds no public key.")
        // After options, or by itself, a key is one; the server says what is wrong with it.
        for line in ["no-pty \(key)", "AAAAC3Nza", "ssh-rsa\tAAAAB3Nza"] {
            #expect(try file(line).line() == line)
        }
    }

    @Test("a mark before the key, or a key in UTF-16, is known for what it is")
    func marks() throws {
        #expect(try file("\u{FEFF}\(key)\n").line() == key)
        let wide = folder.file("wide.pub")
        try #require(key.data(using: .utf16)).write(to: URL(fileURLWithPath: wide))
        let refusal = #expect(throws: CommandError.self) { try PublicKeySource(wide).line() }
        #expect(refusal?.message == "\(wide) is UTF-16. Save it as UTF-8.")
    }

    @Test("a private key stays where it is")
    func privateKey() throws {
        let source = try file("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n")
        let refusal = #expect(throws: CommandError.self) { try source.line() }
        #expect(refusal?.message.contains("private key. It was not sent") == true)
        #expect(refusal?.message.contains("b3Blbn") == false)
    }

    @Test("a file that is not there is named")
    func missing() {
        let refusal = #expect(throws: CommandError.self) {
            try PublicKeySource("/nowhere/key.pub").line()
        }
        #expect(refusal?.status == .noInput)
    }
}
