import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Where a person is, as an application tells that binds for it", .everyStore)
struct ToldPlaceTests {
    private let test: TestDirectory
    private let jane: User
    private let teller: User

    init() async throws {
        test = try await TestDirectory()
        jane = try await test.makeUser("jane@example.com")
        var teller = try await test.makeUser("svc@example.com")
        teller.masks = Masks(read: Resource.users.bit)
        try await test.overwrite(teller)
        self.teller = teller
    }

    private func bind(
        _ name: String,
        _ password: Secret<String> = TestDirectory.administratorPassword,
        at place: ToldPlace? = nil
    ) async throws(MusterError) -> Principal {
        try await BindService(test.directory).bind(
            LoginRequest(username: name, password: password),
            from: TestDirectory.address,
            toldBy: place,
            requestID: TestDirectory.requestID
        )
    }

    /// Lets jane in from some hosts alone.
    private func restrict(to hosts: String) async throws {
        var user = try await test.current(jane)
        user.hosts = try AllowedNetworks([hosts])
        try await test.overwrite(user)
    }

    private func place(_ address: String, by teller: Principal) throws -> ToldPlace {
        ToldPlace(try #require(IPAddress(address)), by: teller)
    }

    /// Whether jane is let in by a password, and by API keys.
    private func isIn(at place: ToldPlace?) async throws -> [Bool] {
        let keys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        let text = keys.secretKey.withExposedValue { "\(keys.accessKey):\($0)" }
        var isIn: [Bool] = []
        for password in [TestDirectory.administratorPassword, Secret(text)] {
            let error = await failure {
                _ = try await bind("jane@example.com", password, at: place)
            }
            #expect(error == nil || error?.code == .credentialsInvalid)
            isIn.append(error == nil)
        }
        return isIn
    }

    @Test("the user's hosts are held against it if whoever tells it may read users")
    func hosts() async throws {
        let teller = try await bind("svc@example.com")
        try await restrict(to: "203.0.113.0/24")
        #expect(try await isIn(at: nil) == [false, false])
        #expect(try await isIn(at: place("203.0.113.9", by: teller)) == [true, true])
        #expect(try await isIn(at: place("198.51.100.9", by: teller)) == [false, false])
        try await restrict(to: "192.0.2.0/24")
        #expect(try await isIn(at: nil) == [true, true])
        #expect(try await isIn(at: place("198.51.100.9", by: teller)) == [false, false])
    }

    @Test("what is done on the connection afterwards is done from there")
    func afterwards() async throws {
        let teller = try await bind("svc@example.com")
        try await restrict(to: "203.0.113.0/24")
        let bound = try await bind("jane@example.com", at: place("203.0.113.9", by: teller))
        func isServed() async -> Bool {
            let asking = bound.asking(at: test.clock.now())
            return await failure {
                try await EntryService(test.directory).look(by: asking) { _ in }
            }
                == nil
        }
        #expect(await isServed())
        try await restrict(to: "192.0.2.0/24")
        #expect(await !isServed())
    }

    @Test("who may not read users, or no longer may come in, is not heard")
    func unheard() async throws {
        let (own, former) = (try await bind("jane@example.com"), try await bind("svc@example.com"))
        try await restrict(to: "203.0.113.0/24")
        #expect(try await isIn(at: place("203.0.113.9", by: own)) == [false, false])
        #expect(try await isIn(at: place("203.0.113.9", by: former)) == [true, true])
        var changed = try await test.current(teller)
        changed.masks = Masks()
        try await test.overwrite(changed)
        #expect(try await isIn(at: place("203.0.113.9", by: former)) == [false, false])
        changed.masks = teller.masks
        changed.isEnabled = false
        try await test.overwrite(changed)
        #expect(try await isIn(at: place("203.0.113.9", by: former)) == [false, false])
    }

    @Test(
        "failures count where the application is, so that nobody's word shuts others out elsewhere"
    )
    func failures() async throws {
        let teller = try await bind("svc@example.com")
        for number in 0...LockoutRule.maximumFailures {
            let told = try place("203.0.113.\(number)", by: teller)
            #expect(
                await failure { _ = try await bind("jane@example.com", Secret("wrong"), at: told) }
                    != nil
            )
        }
        let told = try place("198.51.100.9", by: teller)
        let here = await failure { _ = try await bind("jane@example.com", at: told) }
        #expect(here?.code == .credentialsInvalid)
        let elsewhere = await failure {
            _ = try await BindService(test.directory).bind(
                LoginRequest(
                    username: "jane@example.com",
                    password: TestDirectory.administratorPassword
                ),
                from: IPAddress("203.0.113.1"),
                requestID: TestDirectory.requestID
            )
        }
        #expect(elsewhere == nil)
    }

    /// Gives jane's present password to have another one, on a connection on which somebody has told where she is.
    private func change(
        from current: Secret<String>,
        to new: Secret<String> = Secret("Better-Horse-8"),
        by bound: Principal
    ) async -> MusterError.Code? {
        let asking = bound.asking(at: test.clock.now())
        return await failure {
            try await test.passwords.change(.oneself, by: asking) { () throws(MusterError) in
                PasswordChange(new: new, current: current)
            }
        }?.code
    }

    @Test("wrong present passwords count where the application is, too")
    func presentPassword() async throws {
        let office = try #require(IPAddress("203.0.113.9"))
        let told = try place("203.0.113.9", by: await bind("svc@example.com"))
        _ = try await test.logIn("jane@example.com", from: office)
        let bound = try await bind("jane@example.com", at: told)
        for _ in 0...LockoutRule.maximumFailures {
            #expect(await change(from: Secret("wrong"), by: bound) == .currentPasswordInvalid)
        }
        _ = try await test.logIn("jane@example.com", from: office)
        let here = await failure { _ = try await bind("jane@example.com", at: told) }
        #expect(here?.code == .credentialsInvalid)
    }

    @Test("a new password leaves known the place where the application is, not the one told of")
    func familiarPlace() async throws {
        let office = try #require(IPAddress("203.0.113.9"))
        let told = try place("203.0.113.9", by: await bind("svc@example.com"))
        _ = try await test.logIn("jane@example.com", from: office)
        let bound = try await bind("jane@example.com", at: told)
        #expect(await change(from: TestDirectory.administratorPassword, by: bound) == nil)
        let places = try await test.directory.store.read(.bounded) {
            [jane] reader throws(MusterError) in
            try reader.loginSources(of: jane.id).filter(\.record.isFamiliar).map(\.source.text)
        }
        #expect(places == ["192.0.2.1/32"])
    }

    @Test("what is done from a place that was told is recorded with whose word that is")
    func audited() async throws {
        let told = try place("203.0.113.9", by: await bind("svc@example.com"))
        let keys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        let text = keys.secretKey.withExposedValue { "\(keys.accessKey):\($0)" }
        let bound = try await bind("jane@example.com", Secret(text), at: told)
        let before = try await test.auditEvents().count
        #expect(await change(from: Secret("wrong"), by: bound) == .currentPasswordInvalid)
        #expect(await change(from: TestDirectory.administratorPassword, by: bound) == nil)
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.first?.isFailure == true && events.last?.isFailure == false)
        let word = [
            AuditField("asked_from", "192.0.2.1"), AuditField("told_by", "svc@example.com"),
        ]
        for event in events {
            #expect(event.address == "203.0.113.9")
            #expect(event.fields.suffix(2) == word[...])
        }
    }
}
