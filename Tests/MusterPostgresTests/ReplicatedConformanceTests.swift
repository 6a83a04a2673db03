import MusterCore
import MusterTesting
import Testing

@Suite("The store in PostgreSQL with a copy beside the node keeps every promise")
struct ReplicatedConformanceTests {
    private let conformance = StoreConformance {
        try await ReplicatedNode.make()
    }

    /// Runs a part of the suite, and throws what the engine itself has said in the place of what users are told.
    private func told(_ part: () async throws -> Void) async throws {
        do {
            try await part()
        } catch let error as MusterError {
            throw error.cause ?? error
        }
    }

    @Test("a directory has one identity")
    func identity() async throws { try await told(conformance.identity) }

    @Test("users are kept and found")
    func users() async throws { try await told(conformance.users) }

    @Test("logins, refusals and sent codes are counted by where they come from")
    func loginSources() async throws { try await told(conformance.loginSources) }

    @Test("users are listed page by page")
    func userPages() async throws { try await told(conformance.userPages) }

    @Test("users are found by what they contain, and counted")
    func userSearch() async throws { try await told(conformance.userSearch) }

    @Test("many users are created at a time")
    func manyUsers() async throws { try await told(conformance.manyUsers) }

    @Test("passwords are kept and remembered")
    func passwords() async throws { try await told(conformance.passwords) }

    @Test("a user has one pair of API keys")
    func apiKeys() async throws { try await told(conformance.apiKeys) }

    @Test("sessions are kept and end")
    func sessions() async throws { try await told(conformance.sessions) }

    @Test("a user has public keys")
    func sshKeys() async throws { try await told(conformance.sshKeys) }

    @Test("persons are kept and found")
    func persons() async throws { try await told(conformance.persons) }

    @Test("what is asked in one look is what the single looks find")
    func together() async throws { try await told(conformance.together) }

    @Test("one verification code waits for a user")
    func verificationCodes() async throws { try await told(conformance.verificationCodes) }

    @Test("factors are kept and belong to their users")
    func factors() async throws { try await told(conformance.factors) }

    @Test("recovery codes are used up, and failures counted")
    func recoveryCodes() async throws { try await told(conformance.recoveryCodes) }

    @Test("what a factor has to finish is kept until it is over")
    func ceremonies() async throws { try await told(conformance.ceremonies) }

    @Test("groups are kept and have members")
    func groups() async throws { try await told(conformance.groups) }

    @Test("the audit log is kept and searched")
    func auditLog() async throws { try await told(conformance.auditLog) }

    @Test("a change is made whole or not at all")
    func changes() async throws { try await told(conformance.changes) }
}
