import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("What sorted searches over LDAP may hold", .everyStore)
struct LDAPSortingTests {
    private let test: TestDirectory
    private let settings: LDAPSettings

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        settings = LDAPSettings(suffix: suffix, version: "1")
        for number in 1...30 { _ = try await test.makeUser("user\(number)@example.com") }
    }

    /// The last answer to a search for all entries, sorted by login name, and how many came before it.
    private func search(_ room: ArrivalBudget) async throws -> (last: [UInt8], count: Int) {
        var searcher = LDAPOperations(test.directory, settings).searcher
        searcher.sorted = room
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x63) { writer in
                writer.octets("dc=example,dc=com".utf8)
                for number in [2, 0] { writer.integer(number, tag: 0x0A) }
                for _ in 1...2 { writer.integer(0) }
                writer.octets([0], tag: 0x01)
                writer.octets("objectClass".utf8, tag: 0x87)
                writer.constructed { $0.octets("uid".utf8) }
            }
            writer.constructed(0xA0) { writer in
                writer.constructed { writer in
                    writer.octets("1.2.840.113556.1.4.473".utf8)
                    var keys = BERWriter()
                    keys.constructed { $0.constructed { $0.octets("uid".utf8) } }
                    writer.octets(keys.bytes)
                }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { return ([], 0) }
        let caller = test.asAdministrator
        var job = try searcher.job(search, message, by: caller)
        // Other searches have their turns before it.
        job.time = .seconds(600)
        let sent = SentAnswers()
        let last = try await searcher.answer(job, by: caller) { await sent.note($0) }
        return (last, await sent.count)
    }

    @Test("what is held until all is found has a room, and one that needs more is told so")
    func room() async throws {
        let enough = ArrivalBudget(1_048_576, always: 0)
        let (last, count) = try await search(enough)
        #expect(last.dropFirst(7).starts(with: [0x0A, 1, 0]))
        #expect(count >= 30)
        #expect(enough.bytes == 0)
        let little = ArrivalBudget(32_768, always: 0)
        let refused = try await search(little)
        let reason = "too much to sort: ask for fewer entries or attributes"
        let answer = LDAPAnswers.result(
            .search,
            to: 1,
            LDAPResult(.adminLimitExceeded, reason)
        )
        #expect(refused.last == answer && refused.count == 0)
        #expect(little.bytes == 0)
    }
}

/// Counts what is sent.
private actor SentAnswers {
    private(set) var count = 0

    func note(_ bytes: [UInt8]) {
        count += 1
    }
}
