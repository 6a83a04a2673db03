import FoundationEssentials
import MusterCore
import MusterTesting
import Testing

@testable import MusterCrypto

@Suite("The master key")
struct MasterKeyTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("a key file is readable for its owner only")
    func permissions() throws {
        try MasterKey.random().write(to: folder.file("master.key"))
        #expect(try folder.permissions("master.key") == 0o600)
    }

    @Test("a key that was written is the key that is read")
    func roundTrip() throws {
        let key = MasterKey.random()
        try key.write(to: folder.file("master.key"))
        let read = try MasterKey(contentsOf: folder.file("master.key"))
        #expect(read.derived(1, count: 32) == key.derived(1, count: 32))
        let text = String(decoding: try folder.bytes("master.key"), as: UTF8.self)
        #expect(
            text.utf8.count == 45 && text.hasSuffix("=\n"),
            "32 bytes in Base64, and a line end"
        )
    }

    @Test("each purpose has a key of its own")
    func purposes() {
        let key = MasterKey(bytes: Array(0..<32))
        let derived = (UInt64(1)...4).map { key.derived($0, count: 32) }
        #expect(Set(derived).count == 4)
        #expect(derived.allSatisfy { $0.count == 32 && $0 != Array(0..<32) })
    }

    @Test("two keys made at random differ")
    func random() {
        #expect(
            MasterKey.random().derived(1, count: 32) != MasterKey.random().derived(1, count: 32)
        )
    }

    @Test(
        "a file that holds no key is refused",
        arguments: [
            "", "\n", "AAAA", "not base64 at all!!", String(repeating: "A", count: 44),
            String(repeating: "A", count: 1000),
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n\n",
        ]
    )
    func garbage(_ text: String) async throws {
        try Data(text.utf8).write(to: URL(filePath: folder.file("master.key")))
        let refusal = await failure { try MasterKey(contentsOf: folder.file("master.key")) }
        #expect(refusal?.code == .directoryMissing)
    }

    @Test("a file that is not there is refused, and named")
    func missing() async {
        let path = folder.file("nowhere.key")
        let refusal = await failure { try MasterKey(contentsOf: path) }
        #expect(refusal?.code == .directoryMissing)
        #expect(refusal?.message.contains(path) == true)
    }

    @Test("a file that cannot be written is told")
    func unwritable() async {
        let refusal = await failure {
            try MasterKey.random().write(to: folder.file("no/such/folder.key"))
        }
        #expect(refusal?.code == .storeUnavailable)
    }
}
