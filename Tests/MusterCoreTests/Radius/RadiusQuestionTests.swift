import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Guesses by whoever asks as a RADIUS server", .everyStore)
struct RadiusQuestionTests {
    private static let name = "jane@example.com"
    private static let free = QuestionThrottle.freePerName
    /// No password, and a code for a state that was never handed out.
    private static let worthless: [(String?, [UInt8]?)] = [
        (nil, nil), ("123456", [UInt8](repeating: 1, count: 32)),
    ]
    private let test: TestDirectory
    private let jane: User
    private let eve: Principal

    init() async throws {
        test = try await TestDirectory()
        jane = try await test.makeUser(Self.name)
        let user = try await test.makeUser("eve@example.com", role: .administrator)
        eve = try await test.asUser(user)
    }

    /// Whether jane comes in at a client, as one caller asks for her.
    private func opens(
        at client: String,
        station: String? = nil,
        _ password: String? = nil,
        by caller: Principal? = nil
    ) async throws -> Bool {
        let right = TestDirectory.administratorPassword
        let request = RadiusRequest(
            username: Self.name,
            password: password.map { Secret($0) } ?? right,
            state: nil,
            client: client,
            station: station,
            address: station.flatMap { IPAddress($0) }
        )
        let outcome = try await test.radius.answer(request, by: caller ?? test.asAdministrator)
        guard case .accepted = outcome else { return false }
        return true
    }

    /// One wrong password of eve's at each of some clients.
    private func crowd(_ clients: ClosedRange<Int>) async throws {
        for number in clients { #expect(try await !opens(at: "c\(number)", "wrong", by: eve)) }
    }

    private func sources() async throws -> [LoginSource] {
        try await test.directory.store.read(.bounded) { [jane] reader throws(MusterError) in
            try reader.loginSources(of: jane.id).map(\.source)
        }
    }

    @Test(
        "what one caller asks shuts nobody out for another, at whatever client and place",
        arguments: ["203.0.113.7", "02-00-5E-10-00-07", nil]
    )
    func apart(_ station: String?) async throws {
        for _ in 0...LockoutRule.maximumFailures {
            #expect(try await !opens(at: "vpn", station: station, "wrong", by: eve))
        }
        #expect(try await !opens(at: "vpn", station: station, by: eve))
        #expect(try await opens(at: "vpn", station: station))
    }

    @Test("a caller that names another client each time waits longer and longer")
    func changingClients() async throws {
        try await crowd(1...Self.free)
        #expect(test.clock.waits.isEmpty)
        try await crowd(101...110)
        let seconds = [1, 3, 5, 10, 30, 30, 30, 30, 30, 30]
        #expect(test.clock.waits == seconds.map { .seconds($0) })
        #expect(try await opens(at: "another", by: eve))
        #expect(test.clock.waits.last == .seconds(30))
    }

    @Test("another caller, the user's own logins and places that know the user do not wait")
    func others() async throws {
        #expect(try await opens(at: "home", by: eve))
        try await crowd(1...Self.free + 5)
        let waits = test.clock.waits.count
        #expect(try await opens(at: "home", by: eve))
        #expect(try await opens(at: "c1"))
        _ = try await test.logIn(Self.name, from: IPAddress("198.51.100.9"))
        #expect(test.clock.waits.count == waits)
    }

    @Test("at one place no more than ten questions a minute are asked, and others are open")
    func onePlace() async throws {
        for _ in 1...QuestionThrottle.limitPerNameAndAddress {
            #expect(try await !opens(at: "switch", station: "one", "wrong"))
        }
        #expect(try await !opens(at: "switch", station: "one", "wrong"))
        #expect(try await test.auditEvents().last?.fields.first?.value == "throttled")
        #expect(try await opens(at: "switch", station: "two"))
    }

    @Test("made-up places push out no network, and none of another caller's that has fewer")
    func bounded() async throws {
        for _ in 0...LockoutRule.maximumFailures {
            _ = await failure {
                try await test.logIn(Self.name, Secret("wrong"), from: IPAddress("198.51.100.7"))
            }
            #expect(try await !opens(at: "vpn", station: "one", "wrong"))
        }
        try await crowd(1...LoginSourceLimits.failing + 10)
        let places = try await sources()
        #expect(places.count { $0.kind == .place } == 1)
        #expect(places.count { $0.kind == .radius } == LoginSourceLimits.failing)
        #expect(try await !opens(at: "vpn", station: "one"))
        for number in 1...5 {
            #expect(try await !opens(at: "wlan", station: "card \(number)", "wrong"))
        }
        let own = try await sources().count {
            $0.asker?.elementsEqual("\(test.administrator.id.rawValue)".utf8) == true
        }
        #expect(own == 6, "who has few places takes them from whoever has the most")
    }

    @Test(
        "what is no password, and a state that nobody has, cost a hash before they are written down"
    )
    func worthless() async throws {
        let hasher = InstantHasher()
        let test = try await TestDirectory(hasher: hasher)
        for (password, state) in Self.worthless {
            let request = RadiusRequest(
                username: Self.name,
                password: password.map { Secret($0) },
                state: state,
                client: "vpn",
                station: nil,
                address: nil
            )
            let before = (hasher.calls.checks, try await test.auditEvents().count)
            _ = try await test.radius.answer(request, by: test.asAdministrator)
            #expect(hasher.calls.checks == before.0 + 1)
            #expect(try await test.auditEvents().count == before.1 + 1)
            hasher.setOverloaded(true)
            let refusal = await failure {
                try await test.radius.answer(request, by: test.asAdministrator)
            }
            #expect(refusal?.code == .overloaded)
            #expect(try await test.auditEvents().count == before.1 + 1, "nothing is written")
            hasher.setOverloaded(false)
        }
    }

    /// What comes of a code under a state.
    private func answer(
        _ state: [UInt8],
        of name: String,
        _ code: Secret<String>,
        in test: TestDirectory
    ) async throws(MusterError) -> RadiusOutcome {
        let request = RadiusRequest(
            username: name,
            password: code,
            state: state,
            client: "vpn",
            station: nil,
            address: nil
        )
        return try await test.radius.answer(request, by: test.asAdministrator)
    }

    /// A directory whose jane gets codes by mail, the state of her challenge, and the code.
    private func challenge(
        _ hasher: InstantHasher
    ) async throws -> (test: TestDirectory, jane: User, state: [UInt8], code: Secret<String>) {
        let test = try await TestDirectory(hasher: hasher)
        var jane = try await test.makeUser(Self.name)
        jane.secondFactor = SecondFactor(isEmailEnabled: true)
        try await test.overwrite(jane)
        let request = RadiusRequest(
            username: Self.name,
            password: TestDirectory.administratorPassword,
            state: nil,
            client: "vpn",
            station: nil,
            address: nil
        )
        let outcome = try await test.radius.answer(request, by: test.asAdministrator)
        guard case .challenged(let state, _) = outcome else {
            throw MusterError(.inputMalformed, "no challenge")
        }
        return (test, jane, state, try #require(test.codes.lastCode))
    }

    @Test(
        "an open state under another name costs a hash before it is written down, and stays open",
        arguments: ["eve@example.com", "nobody@example.com"]
    )
    func othersState(_ name: String) async throws {
        let hasher = InstantHasher()
        let (test, _, state, code) = try await challenge(hasher)
        _ = try await test.makeUser("eve@example.com")
        for _ in 1...Ceremony.tries + 1 {
            let before = (hasher.calls.checks, try await test.auditEvents().count)
            guard case .refused = try await answer(state, of: name, code, in: test) else {
                Issue.record("not refused")
                return
            }
            #expect(hasher.calls.checks == before.0 + 1)
            let events = try await test.auditEvents()
            #expect(events.count == before.1 + 1)
            #expect(events.last?.fields.first?.value == "unknown state")
            #expect(events.last?.target == nil, "it does not say whose state it is")
            hasher.setOverloaded(true)
            let refusal = await failure { try await answer(state, of: name, code, in: test) }
            #expect(refusal?.code == .overloaded)
            #expect(try await test.auditEvents().count == before.1 + 1, "nothing is written")
            hasher.setOverloaded(false)
        }
        guard case .accepted(let user, _) = try await answer(state, of: Self.name, code, in: test)
        else {
            Issue.record("its owner does not come in any more")
            return
        }
        #expect(user.username.text == Self.name)
    }

    @Test("an open state of somebody who may not come in is good for five refusals without a hash")
    func refusedState() async throws {
        let hasher = InstantHasher()
        let (test, user, state, code) = try await challenge(hasher)
        var jane = user
        jane.isEnabled = false
        try await test.overwrite(jane)
        let before = hasher.calls.checks
        for number in 1...Ceremony.tries + 3 {
            guard case .refused = try await answer(state, of: Self.name, code, in: test) else {
                Issue.record("not refused")
                return
            }
            #expect(hasher.calls.checks == before + max(0, number - Ceremony.tries))
        }
    }

    @Test("the audit log names who asked")
    func audited() async throws {
        #expect(try await !opens(at: "vpn", "wrong", by: eve))
        #expect(try await !opens(at: "vpn", String(repeating: "a", count: 129), by: eve))
        let refusals = try await test.auditEvents().filter(\.isFailure)
        #expect(refusals.map { $0.actor?.name } == ["eve@example.com", "eve@example.com"])
        #expect(try await opens(at: "vpn", by: eve))
        #expect(try await test.auditEvents().last?.actor?.name == "eve@example.com")
    }

    @Test(
        "the audit log has what is said of the device, if it is short and plain, and the person's place once"
    )
    func device() {
        func fields(_ station: String?, _ fill: (inout RadiusDevice) -> Void) -> [String] {
            var device = RadiusDevice()
            fill(&device)
            let request = RadiusRequest(
                username: Self.name,
                password: nil,
                state: nil,
                client: "vpn",
                station: station,
                address: IPAddress("192.0.2.7"),
                device: device
            )
            return request.fields(eve).map { "\($0.key) \($0.value)" }
        }
        let asked = "asked_from 192.0.2.1"
        #expect(fields("192.0.2.7") { _ in } == ["via radius", "client vpn", asked])
        let told = fields("02-00-5E-10-00-07") {
            ($0.name, $0.address) = ("switch 1", "2001:db8::1")
            ($0.portType, $0.service) = ("Ethernet", "Framed-User")
        }
        let device = [
            "nas switch 1", "nas_address 2001:db8::1", "port_type Ethernet",
            "service_type Framed-User",
        ]
        #expect(
            told == ["via radius", "client vpn", "station 02-00-5E-10-00-07"] + device + [asked]
        )
        // The device's address is the one that hosts are held against; and what else is none or no short plain text.
        let odd = fields("198.51.100.1") {
            ($0.name, $0.address) = (String(repeating: "a", count: 65), "::ffff:192.0.2.7")
            ($0.portType, $0.service) = ("a\u{7}b", "")
        }
        #expect(odd == ["via radius", "client vpn", "station 198.51.100.1", asked])
        #expect(fields(nil) { $0.address = "nowhere" } == ["via radius", "client vpn", asked])
    }

    @Test("a code is recorded as the password before it, with who asked and from where")
    func auditedCode() async throws {
        let (test, user, state, code) = try await challenge(InstantHasher())
        let before = try await test.auditEvents()
        let password = try #require(before.last { $0.action == .authenticatePassword })
        #expect(password.fields.contains(AuditField("asked_from", "192.0.2.1")))
        _ = try await answer(state, of: Self.name, Secret("wrong"), in: test)
        _ = try await answer(state, of: Self.name, code, in: test)
        let events = try await test.auditEvents().dropFirst(before.count)
        #expect(events.map(\.isFailure) == [true, false])
        for event in events {
            #expect(event.action == .authenticateCode && event.target == AuditParty(user))
            #expect(event.actor == password.actor)
            #expect(event.fields.dropFirst() == password.fields.dropFirst())
        }
    }
}
