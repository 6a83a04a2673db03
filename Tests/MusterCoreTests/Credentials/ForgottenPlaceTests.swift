import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("From where a user has signed in, after what may be the answer to a theft", .everyStore)
struct ForgottenPlaceTests {
    private static let password = TestDirectory.administratorPassword
    private static let fresh = Secret("Better-Horse-8")
    private let elsewhere = IPAddress(v4: 0xCB00_7109)
    private let test: TestDirectory
    private let user: User
    private let session: IssuedSession

    /// A user who has signed in from two places.
    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
        _ = try await test.logIn("jane@example.com", from: elsewhere)
        session = try await test.logIn("jane@example.com")
    }

    /// The places from where the user is known.
    private var places: [String] {
        get async throws {
            try await test.directory.store.read(.bounded) { [user] reader throws(MusterError) in
                try reader.loginSources(of: user.id).filter(\.record.isFamiliar).map(\.source.text)
            }.sorted()
        }
    }

    @Test("it is known from both before")
    func before() async throws {
        #expect(try await places == ["192.0.2.1/32", "203.0.113.9/32"])
    }

    @Test("a password that it changes itself leaves the place where it is")
    func ownPassword() async throws {
        let principal = try await test.enter(session)
        try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
            PasswordChange(new: Self.fresh, current: Self.password)
        }
        #expect(try await places == ["192.0.2.1/32"])
    }

    @Test("so does ending all its sessions")
    func sessions() async throws {
        let principal = try await test.enter(session)
        try await test.sessions.revokeAll(of: .id(user.id), by: principal)
        #expect(try await places == ["192.0.2.1/32"])
    }

    @Test("an administrator's reset of password, factors or sessions leaves none", arguments: 1...3)
    func resets(_ way: Int) async throws {
        let reference = UserReference.id(user.id)
        switch way {
        case 1:
            try await test.passwords.change(.user(reference), by: test.asAdministrator) {
                () throws(MusterError) in PasswordChange(new: Self.fresh, current: nil)
            }
        case 2: try await test.factors.reset(reference, by: test.asAdministrator)
        default: try await test.sessions.revokeAll(of: reference, by: test.asAdministrator)
        }
        #expect(try await places.isEmpty)
    }

    @Test("what has failed there stays, and the next login makes a place known again")
    func failures() async throws {
        _ = await failure {
            try await test.logIn("jane@example.com", Secret("wrong"), from: elsewhere)
        }
        try await test.sessions.revokeAll(of: .id(user.id), by: test.asAdministrator)
        let record = try await test.directory.store.read(.bounded) {
            [user, test, elsewhere] reader throws(MusterError) in
            try reader.loginSource(
                LoginSource(of: elsewhere, test.directory.rules.networks),
                of: user.id
            )
        }
        #expect(record.failureCount == 1 && !record.isFamiliar)
        _ = try await test.logIn("jane@example.com", from: elsewhere)
        #expect(try await places == ["203.0.113.9/32"])
    }
}
