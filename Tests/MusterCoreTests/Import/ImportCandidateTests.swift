import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What is kept of a line that was checked", .everyStore)
struct ImportCandidateTests {
    private let run: UserImport

    init() async throws {
        let test = try await TestDirectory()
        run = try ImportService(test.directory).begin(by: test.asAdministrator) {
            () throws(MusterError) in ImportOptions()
        }
    }

    private func candidate(_ build: (inout ImportLine) -> Void) throws -> ImportCandidate {
        var line = ImportLine(number: 1, username: try Username("jane@example.com"))
        build(&line)
        return try run.check(line)
    }

    @Test("keys are kept, and neither their comments nor any text of them")
    func keys() throws {
        let comment = String(repeating: "c", count: 16_000)
        let candidate = try candidate { line in
            line.sshKeys = [UInt8(0x42), 0x43, 0x44].map { byte in
                "ssh-ed25519 \(KeyLine.ed25519(byte).base64) \(comment)"
            }
        }
        #expect(candidate.keys.count == 3)
        #expect(candidate.line.sshKeys.isEmpty)
        #expect(candidate.bytes < 2048)
    }

    @Test("a password is kept once, and that it came in the clear is known when it is hashed")
    func passwords() async throws {
        let plain = try candidate { $0.password = .plain(Secret("Good-Password-1")) }
        #expect(plain.line.password == nil && plain.needsHashing && plain.cameInClear)
        let hashed = try await run.hashing(plain)
        #expect(hashed.hash != nil && !hashed.needsHashing && hashed.cameInClear)
        let foreign = try candidate { $0.password = .hash(Secret("instant$1$1$41")) }
        #expect(foreign.line.password == nil && foreign.hash != nil && !foreign.cameInClear)
    }

    @Test("its bytes grow with all that may be long")
    func bytes() throws {
        let plain = try candidate { _ in }.bytes
        let text = String(repeating: "x", count: 200)
        let grown = [
            try candidate { $0.changes.name = text },
            try candidate { $0.groups = [text] },
            try candidate { $0.sshKeys = [KeyLine.ed25519().base64] },
            try candidate { $0.password = .hash(Secret("instant$1$1$" + text)) },
        ]
        for candidate in grown { #expect(candidate.bytes > plain + 80) }
        let networks = try AllowedNetworks((0..<100).map { "10.0.0.\($0)" })
        let far = try candidate { $0.changes.hosts = networks }
        #expect(far.bytes > plain + 3000)
    }
}
