import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("API keys", .everyStore)
struct APIKeyTests {
    private let test: TestDirectory
    private let user: User
    private let keys: APIKeyPair

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
        keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
    }

    private func isOpen(_ keys: APIKeyPair, from address: String = "192.0.2.1") async -> Bool {
        let refusal = await failure { try await test.enter(keys, from: IPAddress(address)) }
        #expect(refusal == nil || refusal?.code == .credentialsInvalid)
        return refusal == nil
    }

    private func change(_ build: (inout User) -> Void) async throws(MusterError) {
        var changed = try await test.current(user)
        build(&changed)
        try await test.overwrite(changed)
    }

    @Test("both halves are 64 lower-case hexadecimal digits, and no two are alike")
    func form() {
        let halves = keys.secretKey.withExposedValue { [keys.accessKey, $0] }
        #expect(halves.allSatisfy { Hex.isHex($0, count: 64) && $0 == $0.lowercased() })
        #expect(halves[0] != halves[1])
    }

    @Test("the pair signs in to its owner")
    func open() async throws {
        let principal = try await test.enter(keys)
        #expect(principal.user.id == user.id && principal.sessionDigest == nil)
    }

    @Test("a pair with a wrong half opens nothing")
    func wrongHalves() async throws {
        let (access, secret) = (keys.accessKey, keys.secretKey)
        let pairs: [(String, Secret<String>)] = [
            (access, Secret("")), (access, Secret(access)), ("", secret), ("%", secret),
            (test.administratorKeys.accessKey, secret), (access, test.administratorKeys.secretKey),
            (access, secret.withExposedValue { Secret($0.uppercased()) }),
            (access, secret.withExposedValue { Secret($0 + " ") }),
        ]
        for (access, secret) in pairs {
            let refusal = await failure {
                try await test.authenticator.authenticate(
                    .apiKeys(accessKey: access, secretKey: secret),
                    from: TestDirectory.origin()
                )
            }
            #expect(refusal?.code == .credentialsInvalid)
            #expect(refusal?.message == "Invalid credentials.")
        }
    }

    @Test("a new pair kills the old one at once")
    func rotation() async throws {
        let before = try await test.auditEvents().count
        let renewed = try await test.keys.rotate(.oneself, by: try test.enter(keys))
        #expect(await !isOpen(keys))
        #expect(await isOpen(renewed))
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.action) == [.userUpdate])
        #expect(events.first?.fields == [AuditField("api_keys", "replaced")])
        #expect(!String(describing: events).contains(renewed.accessKey))
    }

    @Test("keys of a disabled user open nothing until it is enabled")
    func disabled() async throws {
        try await change { $0.isEnabled = false }
        #expect(await !isOpen(keys))
        try await change { $0.isEnabled = true }
        #expect(await isOpen(keys))
    }

    @Test("forbidding API keys stops them, forbidding other sign-in methods does not")
    func authorizations() async throws {
        try await change { $0.authorizations = Authorizations(api: false) }
        #expect(await !isOpen(keys))
        try await change { $0.authorizations = Authorizations(password: false, saml: false) }
        #expect(await isOpen(keys))
    }

    @Test("hosts hold for keys")
    func hosts() async throws {
        let hosts = try AllowedNetworks(["10.0.0.0/8", "2001:db8::/32"])
        try await change { $0.hosts = hosts }
        #expect(await isOpen(keys, from: "10.1.2.3"))
        #expect(await isOpen(keys, from: "2001:db8::1"))
        #expect(await !isOpen(keys, from: "192.0.2.1"))
        #expect(await !isOpen(keys, from: "::1"))
        let unknown = await failure { try await test.enter(keys, from: nil) }
        #expect(unknown?.code == .credentialsInvalid)
    }

    @Test("keys that were not used for the inactivity timeout rest, until there are new ones")
    func inactivity() async throws {
        try await change { $0.inactivityTimeout = .seconds(60) }
        for _ in 1...3 {
            test.clock.advance(by: .seconds(60))
            #expect(await isOpen(keys), "each use begins the time again")
        }
        test.clock.advance(by: .milliseconds(60_001))
        #expect(await !isOpen(keys))
        #expect(await !isOpen(keys), "a refusal is no use")
        let renewed = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        #expect(await isOpen(renewed))
    }

    @Test("a login wakes keys that rest")
    func login() async throws {
        try await change { $0.inactivityTimeout = .seconds(60) }
        test.clock.advance(by: .seconds(61))
        #expect(await !isOpen(keys))
        _ = try await test.logIn("jane@example.com")
        #expect(await isOpen(keys))
    }

    @Test("deleting the user kills its keys")
    func deleted() async throws {
        try await test.users.delete(.id(user.id), by: test.asAdministrator) {
            () throws(MusterError) in nil
        }
        #expect(await !isOpen(keys))
    }

    @Test("the last use is shown at once, and in the store after a flush")
    func activity() async throws {
        test.clock.advance(by: .seconds(5))
        _ = try await test.enter(keys)
        let used = test.clock.now()
        #expect(try await test.current(user).lastKeyUse == used)
        let listed = try await test.users.page(by: test.asAdministrator) { UserQuery(limit: 10) }
        #expect(listed.first { $0.id == user.id }?.lastKeyUse == used)
        #expect(try await stored()?.lastKeyUse == nil)
        let store = test.directory.store
        try await test.directory.activity.flush(to: store)
        #expect(try await stored()?.lastKeyUse == used)
        #expect(try await test.current(user).lastKeyUse == used)
    }

    @Test("what could not be flushed is kept, and flushed later")
    func failedFlush() async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        let session = try await test.logIn(TestDirectory.administratorName)
        test.clock.advance(by: .seconds(5))
        _ = try await test.enter(test.administratorKeys)
        _ = try await test.enter(session)
        store.failWrites(1)
        let refusal = await failure { try await test.directory.activity.flush(to: store) }
        #expect(refusal?.code == .storeUnavailable)
        try await test.directory.activity.flush(to: store)
        let digest = session.token.withExposedValue { test.directory.digester.digest($0.utf8) }
        let (user, kept) = try await store.read(.bounded) { reader throws(MusterError) in
            (try reader.user(.id(test.administrator.id)), try reader.session(digest))
        }
        #expect(user?.lastKeyUse == test.clock.now())
        #expect(kept?.lastSeenAt == test.clock.now())
    }

    @Test("a flush with nothing to write writes nothing")
    func emptyFlush() async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        store.failWrites(1)
        try await test.directory.activity.flush(to: store)
    }

    private func stored() async throws(MusterError) -> User? {
        try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.id(user.id))
        }
    }
}
