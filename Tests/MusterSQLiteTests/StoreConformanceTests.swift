import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
import Testing

@Suite("Every store keeps its promises")
struct StoreConformanceTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    private func conformance(of backend: Backend) -> StoreConformance {
        StoreConformance { [folder] in try folder.makeStore(backend) }
    }

    @Test("a directory has one identity", arguments: Backend.allCases)
    func identity(_ backend: Backend) async throws {
        try await conformance(of: backend).identity()
    }

    @Test("users are kept and found", arguments: Backend.allCases)
    func users(_ backend: Backend) async throws {
        try await conformance(of: backend).users()
    }

    @Test(
        "logins, refusals and sent codes are counted by where they come from",
        arguments: Backend.allCases
    )
    func loginSources(_ backend: Backend) async throws {
        try await conformance(of: backend).loginSources()
    }

    @Test("of users there is what was asked for", arguments: Backend.allCases)
    func userParts(_ backend: Backend) async throws {
        try await conformance(of: backend).userParts()
    }

    @Test("users are listed page by page", arguments: Backend.allCases)
    func userPages(_ backend: Backend) async throws {
        try await conformance(of: backend).userPages()
    }

    @Test("users are found by what they contain, and counted", arguments: Backend.allCases)
    func userSearch(_ backend: Backend) async throws {
        try await conformance(of: backend).userSearch()
    }

    @Test("many users are created at a time", arguments: Backend.allCases)
    func manyUsers(_ backend: Backend) async throws {
        try await conformance(of: backend).manyUsers()
    }

    @Test("what an import puts aside comes back, from memory and from sealed files")
    func importSpools() throws {
        try SpoolConformance(MemorySpools()).everything()
        let sealed = SealedSpools(folder: folder.folder.path, sealer: SodiumSealer(.random()))
        try SpoolConformance(sealed).everything()
    }

    @Test("passwords are kept and remembered", arguments: Backend.allCases)
    func passwords(_ backend: Backend) async throws {
        try await conformance(of: backend).passwords()
    }

    @Test("a user has one pair of API keys", arguments: Backend.allCases)
    func apiKeys(_ backend: Backend) async throws {
        try await conformance(of: backend).apiKeys()
    }

    @Test("sessions are kept and end", arguments: Backend.allCases)
    func sessions(_ backend: Backend) async throws {
        try await conformance(of: backend).sessions()
    }

    @Test("a user has public keys", arguments: Backend.allCases)
    func sshKeys(_ backend: Backend) async throws {
        try await conformance(of: backend).sshKeys()
    }

    @Test("one verification code waits for a user", arguments: Backend.allCases)
    func verificationCodes(_ backend: Backend) async throws {
        try await conformance(of: backend).verificationCodes()
    }

    @Test("factors are kept and belong to their users", arguments: Backend.allCases)
    func factors(_ backend: Backend) async throws {
        try await conformance(of: backend).factors()
    }

    @Test("recovery codes are used up, and failures counted", arguments: Backend.allCases)
    func recoveryCodes(_ backend: Backend) async throws {
        try await conformance(of: backend).recoveryCodes()
    }

    @Test("what a factor has to finish is kept until it is over", arguments: Backend.allCases)
    func ceremonies(_ backend: Backend) async throws {
        try await conformance(of: backend).ceremonies()
    }

    @Test("groups are kept and have members", arguments: Backend.allCases)
    func groups(_ backend: Backend) async throws {
        try await conformance(of: backend).groups()
    }

    @Test("the audit log is kept and searched", arguments: Backend.allCases)
    func auditLog(_ backend: Backend) async throws {
        try await conformance(of: backend).auditLog()
    }

    @Test("a change is made whole or not at all", arguments: Backend.allCases)
    func changes(_ backend: Backend) async throws {
        try await conformance(of: backend).changes()
    }
}
