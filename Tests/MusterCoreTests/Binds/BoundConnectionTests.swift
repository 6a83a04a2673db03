import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What ends a connection of LDAP on which somebody has bound", .everyStore)
struct BoundConnectionTests {
    private static let password = "Correct-Horse-7"

    private let test: TestDirectory
    private let jane: User

    init() async throws {
        test = try await TestDirectory()
        jane = try await test.makeUser("jane@example.com")
    }

    private func bind(_ password: String = Self.password) async throws -> Principal {
        try await BindService(test.directory).bind(
            LoginRequest(username: "jane@example.com", password: Secret(password)),
            from: TestDirectory.address,
            requestID: TestDirectory.requestID
        )
    }

    private func bindByKeys() async throws -> Principal {
        let keys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        let text = keys.secretKey.withExposedValue { "\(keys.accessKey):\($0)" }
        return try await bind(text)
    }

    /// Whether an operation is done that is asked for now.
    private func isServed(_ principal: Principal) async -> Bool {
        let asking = principal.asking(at: test.clock.now())
        let error = await failure {
            try await EntryService(test.directory).look(by: asking) { _ in }
        }
        #expect(error == nil || error?.code == .credentialsInvalid)
        #expect(principal.isLost == (error != nil), "its connection is told")
        return error == nil
    }

    private func change(_ build: (inout User) -> Void) async throws {
        var user = try await test.current(jane)
        build(&user)
        try await test.overwrite(user)
    }

    @Test("a second factor that has come since, and one that has to, end it as they refuse a bind")
    func factor() async throws {
        let bound = try await bind()
        #expect(await isServed(bound))
        try await change { $0.secondFactor = SecondFactor(isEmailEnabled: true) }
        #expect(await !isServed(bound))
        try await change { $0.secondFactor = SecondFactor() }
        #expect(await isServed(bound))
        try await test.users.setAuthorizations(of: .id(jane.id), by: test.asAdministrator) {
            () throws(MusterError) in
            UserChanges(
                Authorizations(
                    api: true,
                    password: true,
                    saml: true,
                    requiresSecondFactorEnrolment: true
                )
            )
        }
        #expect(await !isServed(bound))
        #expect(await failure { _ = try await bind() }?.code == .credentialsInvalid)
    }

    @Test("who ends all sessions of a user ends it, too, and the password binds again")
    func revoked() async throws {
        let bound = try await bind()
        try await test.sessions.revokeAll(of: .id(jane.id), by: test.asAdministrator)
        #expect(await !isServed(bound))
        #expect(await isServed(try await bind()))
    }

    @Test("who was shut out and let in again has to bind again")
    func disabled() async throws {
        let bound = try await bind()
        for isEnabled in [false, true] {
            _ = try await test.users.edit(.user(.id(jane.id)), by: test.asAdministrator) {
                () throws(MusterError) in
                var changes = UserChanges()
                changes.isEnabled = isEnabled
                return changes
            }
        }
        #expect(await !isServed(bound))
        #expect(await isServed(try await bind()))
    }

    @Test("between two operations the user's timeout holds, and one that is refused wakes nothing")
    func idle() async throws {
        try await change { $0.inactivityTimeout = .seconds(60) }
        for isKeys in [false, true] {
            let bound = isKeys ? try await bindByKeys() : try await bind()
            for _ in 1...3 {
                test.clock.advance(by: .seconds(60))
                #expect(await isServed(bound))
            }
            test.clock.advance(by: .seconds(61))
            for _ in 1...2 { #expect(await !isServed(bound)) }
        }
        // The keys rest as they do for every other way.
        let keys = try await bindByKeys()
        test.clock.advance(by: .seconds(61))
        #expect(await !isServed(keys))
        guard case .apiKey(let accessKey, let digest) = keys.method else {
            Issue.record("not bound by keys")
            return
        }
        let error = await failure {
            try await test.directory.store.read(.bounded) { reader throws(MusterError) in
                _ = try test.directory.access.holder(
                    of: .apiKey(accessKey, digest),
                    from: TestDirectory.address,
                    isArriving: true,
                    in: reader
                )
            }
        }
        #expect(error?.code == .credentialsInvalid)
    }

    @Test("what is under way goes on, however long it takes")
    func underWay() async throws {
        try await change { $0.inactivityTimeout = .seconds(60) }
        let asking = try await bind().asking(at: test.clock.now())
        test.clock.advance(by: .seconds(3600))
        try await EntryService(test.directory).look(by: asking) { _ in }
        #expect(await isServed(asking))
    }
}
