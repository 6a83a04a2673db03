import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("No flood of refusals hides another", .everyStore)
struct BlindedAuditTests {
    private static let flood = RefusalAudit.recordedInAll + 100

    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    /// Who fills the log.
    enum Flood: CaseIterable, Sendable {
        case oneAddress
        case manyNetworks
        case codes
        case oneKnownName
    }

    private func run(_ flood: Flood) async throws {
        let user = try await test.makeUser("least@example.com", role: .basic)
        let principal = try await test.asUser(user)
        for number in 0..<Self.flood {
            _ = await failure {
                switch flood {
                case .oneAddress:
                    _ = try await test.logIn("nobody", Secret("x"), from: IPAddress("203.0.113.9"))
                case .manyNetworks:
                    _ = try await test.logIn(
                        "nobody\(number)",
                        Secret("x"),
                        from: IPAddress("2001:db8:\(String(number, radix: 16))::1")
                    )
                case .codes:
                    try await test.secondFactors.verify(.oneself, by: principal) {
                        () throws(MusterError) in Secret("123456")
                    }
                case .oneKnownName:
                    _ = try await test.logIn(
                        user.username.text,
                        Secret("x"),
                        from: IPAddress("2001:db8:\(String(number, radix: 16))::1")
                    )
                }
            }
        }
    }

    private func guess(_ times: Int, from address: String) async {
        for _ in 0..<times {
            _ = await failure {
                _ = try await test.logIn(
                    TestDirectory.administratorName,
                    Secret("guess"),
                    from: IPAddress(address)
                )
            }
        }
    }

    @Test(
        "guesses at an administrator are recorded one by one beside a flood",
        arguments: Flood.allCases
    )
    func guesses(_ flood: Flood) async throws {
        try await run(flood)
        await guess(5, from: "198.51.100.66")
        let events = try await test.auditEvents().filter {
            $0.isFailure && $0.address == "198.51.100.66"
        }
        #expect(events.count == 5)
        #expect(events.allSatisfy { $0.target?.name == TestDirectory.administratorName })
    }

    @Test("a flood itself is bounded, and all of it is counted", arguments: Flood.allCases)
    func counted(_ flood: Flood) async throws {
        try await run(flood)
        let one = try await test.auditEvents().count { $0.isFailure }
        #expect(one <= RefusalAudit.recordedInAll)
        test.clock.advance(by: .seconds(60))
        try await RefusalAudit.settle(test.directory.access)
        let counts = try await test.auditEvents().filter { $0.requestID == "counted" }
        // Beyond so many pairs source and target are counted each by itself, so the latter says nothing new.
        let bySource = counts.filter { event in
            !event.fields.contains(AuditField("source", "from anywhere"))
                || event.target?.uuid == nil
        }
        let numbers = bySource.flatMap(\.fields).filter { $0.key == "count" }.compactMap {
            Int($0.value)
        }
        let refused = flood == .codes ? ChangeBudget.atOnce : Self.flood
        #expect(one + numbers.reduce(0, +) == refused)
    }

    @Test("what is counted at a user from a source names both")
    func names() async throws {
        await guess(30, from: "198.51.100.66")
        await guess(7, from: "198.51.100.67")
        test.clock.advance(by: .seconds(60))
        try await RefusalAudit.settle(test.directory.access)
        let counts = try await test.auditEvents().filter { $0.requestID == "counted" }
        let said = counts.map { event in
            (event.target?.name ?? "") + " "
                + event.fields.map { "\($0.key)=\($0.value)" }.prefix(3).joined(separator: " ")
        }
        let name = TestDirectory.administratorName
        #expect(
            said == [
                "\(name) reason=further attempts source=198.51.100.66/32 count=10",
                "\(name) reason=further attempts source=198.51.100.67/32 count=7",
            ]
        )
    }

    @Test("what is counted in one minute is bounded, however many names and networks there are")
    func bounded() async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        let access = test.directory.access
        let users = 3000
        try await store.write { transaction throws(MusterError) in
            for number in 0..<users {
                let source = LoginSource(
                    SourceNetwork(of: IPAddress("2001:db8:\(String(number, radix: 16))::1"))
                )
                for _ in 0..<2 {
                    let event = access.event(
                        .authenticatePassword,
                        isFailure: true,
                        actor: nil,
                        origin: TestDirectory.origin(),
                        on: AuditParty(test.administrator)
                    )
                    try transaction.recordRefusal(event, from: source, access)
                }
            }
        }
        test.clock.advance(by: .seconds(60))
        let kept = try await store.write { transaction throws(MusterError) in
            try transaction.takeRefusals(
                before: access.clock.now(),
                orAfter: Timestamp(rawValue: .max),
                most: .max
            ).count
        }
        #expect(kept < 5 * RefusalAudit.countedApart)
    }
}
