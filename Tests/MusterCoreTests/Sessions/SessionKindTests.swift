import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Kinds of sessions", .everyStore)
struct SessionKindTests {
    private let test: TestDirectory
    private let user: User

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
    }

    private func logIn(_ kind: SessionKind) async throws(MusterError) -> IssuedSession {
        try await SessionService(test.directory, opening: kind).logIn(
            LoginRequest(
                username: "jane@example.com",
                password: TestDirectory.administratorPassword
            ),
            from: TestDirectory.origin()
        )
    }

    private func enter(
        _ session: IssuedSession,
        as kind: SessionKind
    ) async throws(MusterError) -> Principal {
        let credentials: Credentials =
            switch kind {
            case .token: .session(token: session.token)
            case .console: .consoleSession(token: session.token)
            }
        return try await test.authenticator.authenticate(credentials, from: TestDirectory.origin())
    }

    @Test("a session lets in by what it was opened for, and by nothing else")
    func apart() async throws {
        for opened in SessionKind.allCases {
            let session = try await logIn(opened)
            for presented in SessionKind.allCases where presented != opened {
                let refusal = await failure { try await enter(session, as: presented) }
                #expect(refusal?.code == .credentialsInvalid, "\(opened) as \(presented)")
            }
            let principal = try await enter(session, as: opened)
            #expect(principal.user.id == user.id)
            #expect(principal.sessionDigest.map(session.digest.matches) == true)
        }
    }

    @Test("sessions of every kind are listed together, and each is ended by its name")
    func together() async throws {
        var sessions: [IssuedSession] = []
        for kind in SessionKind.allCases {
            sessions.append(try await logIn(kind))
            test.clock.advance(by: .seconds(1))
        }
        let list = try await test.sessions.list(by: test.asAdministrator) {
            () throws(MusterError) in (.username("jane@example.com"), 100)
        }
        let names = sessions.reversed().map { SessionID($0.digest) }
        #expect(list.sessions.map { SessionID($0.session.digest) } == names)
        for (kind, session) in zip(SessionKind.allCases, sessions) {
            try await test.sessions.revoke(SessionID(session.digest), by: test.asAdministrator)
            let refusal = await failure { try await enter(session, as: kind) }
            #expect(refusal?.code == .sessionExpired && refusal?.details["reason"] == "revoked")
        }
    }

    @Test("the token of a command on the data folder is no session of the console")
    func local() async throws {
        let local = LocalAdminToken(test.directory)
        let authenticator = Authenticator(test.directory, localAdminToken: local)
        let refusal = await failure {
            try await authenticator.authenticate(
                .consoleSession(token: local.token),
                from: TestDirectory.origin()
            )
        }
        #expect(refusal?.code == .credentialsInvalid)
    }
}
