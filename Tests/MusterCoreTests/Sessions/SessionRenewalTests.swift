import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("The session in which its owner changes its password", .everyStore)
struct SessionRenewalTests {
    private static let password = TestDirectory.administratorPassword
    private let test: TestDirectory
    private let user: User
    private let session: IssuedSession

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
        session = try await test.logIn("jane@example.com")
    }

    private func change(
        _ target: UserTarget = .oneself,
        by principal: Principal,
        renewing kind: SessionKind?
    ) async throws(MusterError) -> IssuedSession? {
        try await test.passwords.change(target, by: principal, renewing: kind) {
            () throws(MusterError) in
            PasswordChange(new: Secret("Better-Horse-8"), current: Self.password)
        }
    }

    private func kept(_ digest: Digest) async throws -> Session? {
        try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.session(digest)
        }
    }

    @Test("goes on under another token, where that is handed out, and under the former no more")
    func renewed() async throws {
        let before = try #require(try await kept(session.digest))
        test.clock.advance(by: .seconds(60))
        let renewed = try #require(
            try await change(by: test.enter(session), renewing: .token)
        )
        let refusal = await failure { _ = try await test.enter(session) }
        #expect(refusal?.code == .sessionExpired)
        #expect(try await test.enter(renewed).user.id == user.id)
        let after = try #require(try await kept(renewed.digest))
        #expect(after.createdAt == before.createdAt && after.address == before.address)
        #expect(after.authenticatedAt == before.authenticatedAt && after.methods == before.methods)
        #expect(after.lastSeenAt == test.clock.now())
    }

    @Test("keeps its token where nothing is handed out")
    func kept() async throws {
        #expect(try await change(by: test.enter(session), renewing: nil) == nil)
        #expect(try await test.enter(session).user.id == user.id)
    }

    @Test("API keys have no session to be renewed, and nobody else's is")
    func others() async throws {
        let pair = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        #expect(try await change(by: test.enter(pair), renewing: .console) == nil)
        let administrator = try await test.enter(
            try await test.logIn(TestDirectory.administratorName)
        )
        let reset = try await test.passwords.change(
            .user(.id(user.id)),
            by: administrator,
            renewing: .token
        ) { () throws(MusterError) in
            PasswordChange(new: Secret("Third-Horse-9"), current: nil)
        }
        #expect(reset == nil)
    }
}
