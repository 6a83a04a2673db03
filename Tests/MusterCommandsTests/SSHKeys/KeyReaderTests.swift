import MusterCore
import Testing

@testable import MusterCommands

@Suite("Lines for SSH servers")
struct KeyReaderTests {
    private let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 alice:10"

    @Test("sshd's lines are printed as they came")
    func openssh() throws {
        let lines = ["from=\"10.0.0.0/8\",restrict,pty \(key)", "restrict,pty \(key)", "?"]
        #expect(try KeyReader.openssh.lines(lines, of: "alice") == lines)
    }

    @Test("Dropbear's lines forbid the same in Dropbear's words", arguments: SSHKeyType.allCases)
    func dropbear(_ type: SSHKeyType) throws {
        let key = "\(type.rawValue) AAAA alice:10"
        #expect(
            try KeyReader.dropbear.lines(["restrict,pty \(key)"], of: "alice") == [
                "no-port-forwarding,no-agent-forwarding,no-X11-forwarding \(key)"
            ]
        )
        #expect(try KeyReader.dropbear.lines([], of: "alice") == [])
    }

    @Test("for a user with hosts Dropbear gets no key, and the sentence says why and for whom")
    func hosts() throws {
        let lines = ["from=\"10.0.0.0/8\",restrict,pty \(key)"]
        for user in ["alice", String(repeating: "\u{1}\n", count: 500)] {
            let failure = #expect(throws: CommandError.self) {
                try KeyReader.dropbear.lines(lines, of: user)
            }
            let message = try #require(failure?.message)
            #expect(message.hasPrefix(user.prefix(60).debugDescription.prefix(5)))
            #expect(message.contains("certain hosts only, which Dropbear does not check"))
            #expect(message.utf8.allSatisfy { $0 >= 0x20 } && message.utf8.count < 700)
        }
    }

    @Test("for an account that expires Dropbear gets no key either")
    func expiry() throws {
        let lines = ["restrict,pty,expiry-time=\"21000101000000Z\" \(key)"]
        let failure = #expect(throws: CommandError.self) {
            try KeyReader.dropbear.lines(lines, of: "alice")
        }
        #expect(failure?.message.contains("expires, which Dropbear does not check") == true)
        #expect(try KeyReader.openssh.lines(lines, of: "alice") == lines)
    }

    @Test(
        "a line that is none of the server's is never handed on to Dropbear",
        arguments: [
            "", "ssh-ed25519 AAAA", "restrict,pty", "restrict,pty ", "restrict,pty  ssh-ed25519",
            "restrict ssh-ed25519 AAAA", "restrict,pty,from=\"10.0.0.0/8\" ssh-ed25519 AAAA",
            "restrict,pty command=\"sh\" ssh-ed25519 AAAA", "restrict,pty ssh-dss AAAA",
            "RESTRICT,PTY ssh-ed25519 AAAA",
        ]
    )
    func foreign(_ line: String) {
        #expect(throws: MusterError.self) {
            try KeyReader.dropbear.lines(["restrict,pty \(key)", line], of: "alice")
        }
    }
}
