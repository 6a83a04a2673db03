import MusterCore
import MusterPostgres
import MusterTesting
import Testing

@Suite("The store in PostgreSQL keeps every promise, with a copy beside the node and without")
struct PostgresConformanceTests {
    /// How the directory is served.
    enum Node: CaseIterable {
        case alone
        case withCopy

        /// The suite, on stores in which nothing is.
        var conformance: StoreConformance {
            switch self {
            case .alone:
                StoreConformance { try await PostgresServer.shared.get().makeStore() }
            case .withCopy: StoreConformance { try await ReplicatedNode.make() }
            }
        }
    }

    /// Runs a part of the suite, and throws what the engine itself has said in the place of what users are told.
    private func told(
        _ node: Node,
        _ part: (StoreConformance) async throws -> Void
    ) async throws {
        do {
            try await part(node.conformance)
        } catch let error as MusterError {
            throw error.cause ?? error
        }
    }

    @Test("a directory has one identity", arguments: Node.allCases)
    func identity(_ node: Node) async throws { try await told(node) { try await $0.identity() } }

    @Test("users are kept and found", arguments: Node.allCases)
    func users(_ node: Node) async throws { try await told(node) { try await $0.users() } }

    @Test(
        "logins, refusals and sent codes are counted by where they come from",
        arguments: Node.allCases
    )
    func loginSources(_ node: Node) async throws {
        try await told(node) { try await $0.loginSources() }
    }

    @Test("of users there is what was asked for", arguments: Node.allCases)
    func userParts(_ node: Node) async throws { try await told(node) { try await $0.userParts() } }

    @Test("users are listed page by page", arguments: Node.allCases)
    func userPages(_ node: Node) async throws { try await told(node) { try await $0.userPages() } }

    @Test("users are found by what they contain, and counted", arguments: Node.allCases)
    func userSearch(_ node: Node) async throws {
        try await told(node) { try await $0.userSearch() }
    }

    @Test("many users are created at a time", arguments: Node.allCases)
    func manyUsers(_ node: Node) async throws { try await told(node) { try await $0.manyUsers() } }

    @Test("passwords are kept and remembered", arguments: Node.allCases)
    func passwords(_ node: Node) async throws { try await told(node) { try await $0.passwords() } }

    @Test("a user has one pair of API keys", arguments: Node.allCases)
    func apiKeys(_ node: Node) async throws { try await told(node) { try await $0.apiKeys() } }

    @Test("sessions are kept and end", arguments: Node.allCases)
    func sessions(_ node: Node) async throws { try await told(node) { try await $0.sessions() } }

    @Test("a user has public keys", arguments: Node.allCases)
    func sshKeys(_ node: Node) async throws { try await told(node) { try await $0.sshKeys() } }

    @Test("persons are kept and found", arguments: Node.allCases)
    func persons(_ node: Node) async throws { try await told(node) { try await $0.persons() } }

    @Test("what is asked in one look is what the single looks find", arguments: Node.allCases)
    func together(_ node: Node) async throws { try await told(node) { try await $0.together() } }

    @Test("one verification code waits for a user", arguments: Node.allCases)
    func verificationCodes(_ node: Node) async throws {
        try await told(node) { try await $0.verificationCodes() }
    }

    @Test("factors are kept and belong to their users", arguments: Node.allCases)
    func factors(_ node: Node) async throws { try await told(node) { try await $0.factors() } }

    @Test("recovery codes are used up, and failures counted", arguments: Node.allCases)
    func recoveryCodes(_ node: Node) async throws {
        try await told(node) { try await $0.recoveryCodes() }
    }

    @Test("what a factor has to finish is kept until it is over", arguments: Node.allCases)
    func ceremonies(_ node: Node) async throws {
        try await told(node) { try await $0.ceremonies() }
    }

    @Test("groups are kept and have members", arguments: Node.allCases)
    func groups(_ node: Node) async throws { try await told(node) { try await $0.groups() } }

    @Test("the audit log is kept and searched", arguments: Node.allCases)
    func auditLog(_ node: Node) async throws { try await told(node) { try await $0.auditLog() } }

    @Test("a change is made whole or not at all", arguments: Node.allCases)
    func changes(_ node: Node) async throws { try await told(node) { try await $0.changes() } }
}
