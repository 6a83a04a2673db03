import Foundation
import MusterCore
import MusterCrypto
import MusterTesting
import StoreTesting
import Testing

/// Files of cases that other programs read, too, beside this folder.
enum Vectors {
    static func read<Cases: Decodable>(_ type: Cases.Type, from name: String) throws -> Cases {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Vectors/\(name).json")
        return try JSONDecoder().decode(type, from: Data(contentsOf: file))
    }
}

@Suite("The shared cases of public keys", .everyStore)
struct KeyVectorTests {
    struct Case: Decodable, CustomTestStringConvertible {
        let name: String
        let type: String
        let key: String
        let expect: String
        let openssh: String
        let fingerprint: String?

        var isGood: Bool { expect == "OK" }
        var testDescription: String { name }
    }

    private let policy = SSHKeyPolicy(curves: SystemCurves())

    @Test("there are as many as there were")
    func count() throws {
        let cases = try Vectors.read([Case].self, from: "ssh-keys")
        #expect(cases.count == 23)
        #expect(cases.filter(\.isGood).allSatisfy { $0.openssh == "OK" && $0.fingerprint != nil })
    }

    @Test("each is taken or refused as it should be", arguments: try cases())
    func verdicts(_ example: Case) async throws {
        let line = "\(example.type) \(example.key) somebody@example.com"
        guard example.isGood else {
            let refusal = await failure { try SSHPublicKey(line, policy: policy) }
            #expect(refusal?.code == .sshKeyInvalid)
            return
        }
        let key = try SSHPublicKey(line, policy: policy)
        #expect(key.type.rawValue == example.type && key.text == example.key)
        #expect(try SSHPublicKey(example.key, policy: policy) == key, "the bare key is the same")
    }

    @Test(
        "a key that was stored before the rules were what they are is not printed",
        arguments: try cases()
    )
    func lines(_ example: Case) async throws {
        let digester = SystemDigester(MasterKey.random())
        let test = try await TestDirectory(digester: digester, curves: SystemCurves())
        let user = try await test.makeUser("alice@example.com")
        guard let key = try? SSHPublicKey(unchecked: "\(example.type) \(example.key)") else {
            #expect(!example.isGood)
            return
        }
        let stored = StoredSSHKey(key: key, fingerprint: "SHA256:x", addedAt: test.clock.now())
        _ = try await test.directory.store.write { transaction throws(MusterError) in
            try transaction.addSSHKey(stored, to: user.id)
        }
        let keys = AuthorizedKeysService(test.directory)
        let lines = try await keys.lines(of: "alice@example.com")
        #expect(lines.count == (example.isGood ? 1 : 0))
        #expect(
            try await keys.lines(of: "alice@example.com", fingerprint: example.fingerprint ?? "")
                == lines
        )
    }

    static func cases() throws -> [Case] {
        try Vectors.read([Case].self, from: "ssh-keys")
    }
}

@Suite("The shared cases of hosts", .everyStore)
struct HostVectorTests {
    struct Cases: Decodable {
        struct Match: Decodable {
            let hosts: [String]
            let peer: String
            let allowed: Bool
        }

        let canonicalise: [[String?]]
        let match: [Match]
    }

    private static func cases() throws -> Cases {
        try Vectors.read(Cases.self, from: "hosts")
    }

    @Test("each is brought into its only form or refused", arguments: try cases().canonicalise)
    func forms(_ example: [String?]) async throws {
        let text = try #require(example[0])
        guard let canonical = example[1] else {
            let refusal = await failure { try AllowedNetworks([text]) }
            #expect(refusal?.code == .inputInvalid && refusal?.details["field"] == "hosts")
            return
        }
        #expect(try AllowedNetworks([text]).texts == [canonical])
    }

    @Test("each lets in whom it should", arguments: try cases().match)
    func matches(_ example: Cases.Match) throws {
        let hosts = try AllowedNetworks(example.hosts)
        #expect(hosts.allow(IPAddress(example.peer)) == example.allowed)
    }

    @Test("there are as many as there were")
    func count() throws {
        let cases = try HostVectorTests.cases()
        #expect(cases.canonicalise.count == 24 && cases.match.count == 7)
    }
}
